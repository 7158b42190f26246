import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, Socket as TcpSocket } from 'node:net';
import { DelayLine } from './delay-line.ts';

/** What went through a proxy since it was started. */
export interface Traffic {
  readonly connections: number;
  /** Both directions together. */
  readonly bytes: number;
  /** How often the client spoke after the server had spoken: the least number of round trips its protocol needs. */
  readonly turns: number;
}

/** A far-away door to a port of this machine. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Sets the round trip of connections made from now on, in milliseconds. */
  setRoundTrip(ms: number): void;
  traffic(): Traffic;
}

interface Counters {
  connections: number;
  bytes: number;
  turns: number;
}

/**
 * Listens on a loopback port and passes all on to `target` with half a round trip of delay each way. Bandwidth is not limited
 * and TCP's slow start is not imitated; its handshake is: a new connection costs one round trip before its first byte.
 */
export async function startProxy(target: number): Promise<Proxy> {
  const counters: Counters = { connections: 0, bytes: 0, turns: 0 };
  const open = new Set<Socket>();
  let roundTripMs = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    counters.connections += 1;
    const far = new TcpSocket({ allowHalfOpen: true });
    for (const socket of [client, far]) open.add(socket.once('close', () => open.delete(socket)));
    join({ client, far, target, roundTripMs, counters });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    setRoundTrip: (ms) => {
      roundTripMs = ms;
    },
    traffic: () => ({ ...counters }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Pair {
  readonly client: Socket;
  readonly far: Socket;
  readonly target: number;
  readonly roundTripMs: number;
  readonly counters: Counters;
}

function join({ client, far, target, roundTripMs, counters }: Pair): void {
  const there = new DelayLine();
  const back = new DelayLine();
  const half = roundTripMs / 2;
  let lastSpoke: 'client' | 'server' = 'server';
  far.setNoDelay(true);
  // SYN, SYN-ACK, ACK: the server accepts after three half trips, and the client's bytes cannot overtake that.
  there.put(3 * half, () => far.connect(target, '127.0.0.1'));
  client.on('data', (bytes: Buffer) => {
    if (lastSpoke === 'server') counters.turns += 1;
    lastSpoke = 'client';
    counters.bytes += bytes.length;
    there.put(half, () => far.write(bytes));
  });
  far.on('data', (bytes: Buffer) => {
    lastSpoke = 'server';
    counters.bytes += bytes.length;
    back.put(half, () => client.write(bytes));
  });
  client.on('end', () => there.put(half, () => far.end()));
  far.on('end', () => back.put(half, () => client.end()));
  endTogether({ client, far, there, back });
}

interface Cable {
  readonly client: Socket;
  readonly far: Socket;
  readonly there: DelayLine;
  readonly back: DelayLine;
}

/** A connection that broke on one side is broken on the other. */
function endTogether({ client, far, there, back }: Cable): void {
  const breakOff = () => {
    there.clear();
    back.clear();
    client.destroy();
    far.destroy();
  };
  client.on('error', breakOff);
  far.on('error', breakOff);
}
