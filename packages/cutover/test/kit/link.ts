import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A link to a port of this machine that can be taken away and brought back. */
export interface Link {
  readonly port: number;
  /** How many connections go over it now. */
  readonly open: number;
  /** Resets all connections and lets no new one through. */
  drop(): void;
  /** Drops it as soon as so many bytes more have gone to the target; resolves when it has. */
  dropAfter(bytes: number): Promise<void>;
  /** Lets nothing through, and nobody know of it. */
  silence(): void;
  /** Lets all through again; what was held back arrives. */
  restore(): void;
  close(): Promise<void>;
}

/** Listens on a free port of loopback, and passes all on to `target`. */
export async function startLink(target: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let state: 'up' | 'dropped' | 'silent' = 'up';
  let left = Number.POSITIVE_INFINITY;
  let whenDropped = (): void => {};
  const drop = (): void => {
    state = 'dropped';
    left = Number.POSITIVE_INFINITY;
    for (const socket of sockets) socket.resetAndDestroy();
    whenDropped();
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    if (state === 'dropped') return void client.resetAndDestroy();
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(from.once('close', () => sockets.delete(from)));
      from.on('data', (bytes: Buffer) => {
        if (from === client) left -= bytes.length;
        if (left < 0) drop();
        else to.write(bytes);
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      if (state === 'silent') from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size / 2;
    },
    drop,
    dropAfter(bytes) {
      left = bytes;
      return new Promise((resolve) => {
        whenDropped = resolve;
      });
    },
    silence() {
      state = 'silent';
      for (const socket of sockets) socket.pause();
    },
    restore() {
      state = 'up';
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
