import { once } from 'node:events';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Another client of the server, that asks for a key every other millisecond. */
export interface Visitor {
  /** Leaves; gives the milliseconds that each answer took. */
  leave(): Promise<readonly number[]>;
}

/** Lets it come. */
export async function visit(port: number): Promise<Visitor> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const took: number[] = [];
  let isWanted = true;
  const asking = (async () => {
    while (isWanted) {
      const began = performance.now();
      socket.write('*2\r\n$3\r\nGET\r\n$7\r\nother:1\r\n');
      await once(socket, 'data');
      took.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return {
    async leave() {
      isWanted = false;
      await asking;
      socket.destroy();
      return took;
    },
  };
}
