import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a visitor's request met. */
export interface Visit {
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** The status; 0 when there was no answer. */
  readonly status: number;
  /** The body of an answer, or why there was none. */
  readonly said: string;
}

/** Visitors that come one request after the other, on connections that are kept. */
export interface Visitors {
  readonly visits: readonly Visit[];
  /** Lets them finish what they began. */
  leave(): Promise<readonly Visit[]>;
}

/** A visitor without a pause would take the processor from what is tested. */
const pauseMs = 30;

/** Sends so many visitors to an address of this machine. */
export function sendVisitors(port: number, path = '/', count = 4): Visitors {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const visits: Visit[] = [];
  let isOver = false;
  const visitor = async (): Promise<void> => {
    while (!isOver) {
      visits.push(await visit({ port, path, agent }));
      await sleep(pauseMs);
    }
  };
  const all = Promise.all(Array.from({ length: count }, visitor));
  return {
    visits,
    async leave() {
      isOver = true;
      await all;
      agent.destroy();
      return visits;
    },
  };
}

/** One request. */
export async function visit(to: { port: number; path?: string; agent?: Agent }): Promise<Visit> {
  const beganAt = Date.now();
  return await new Promise((resolve) => {
    const ended = (status: number, said: string): void => resolve({ beganAt, endedAt: Date.now(), status, said });
    const asked = request({ host: '127.0.0.1', ...to }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      answer.on('end', () => ended(answer.statusCode ?? 0, said));
      answer.on('error', (error) => ended(0, error.message));
    });
    asked.on('error', (error) => ended(0, error.message));
    asked.end();
  });
}
