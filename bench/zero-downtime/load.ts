import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request: when it began and ended, and what it met. */
interface Visit {
  readonly beganAt: number;
  /** The versions that the answer named; none where there was no sound answer. */
  readonly versions: readonly number[];
  /** Why there was none. */
  readonly failure: string | null;
}

/** What a load found out. */
export interface Judged {
  readonly requests: number;
  readonly failed: number;
  /** Answers that named more than one version. */
  readonly mixed: number;
  /** Answers of an older version to requests that began after an activation had been reported as done. */
  readonly old: number;
  /** What failed, each once with its number. */
  readonly failures: readonly string[];
}

/** Constant load on an address of this machine. */
export interface Load {
  /** Says that this version is in service from now on. */
  confirmed(version: number): void;
  stop(): Promise<Judged>;
}

const connections = 6;
/** For each connection: about a thousand requests a second in all where the machine is idle. */
const pauseMs = 5;
/** What takes longer has failed. */
const patienceMs = 20_000;

/** Starts it: connections that are kept, one request after the other on each, every body read for its version. */
export function startLoad(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const visits: Visit[] = [];
  const confirmations: { readonly at: number; readonly version: number }[] = [];
  let isOver = false;
  const all = Promise.all(
    Array.from({ length: connections }, async () => {
      while (!isOver) {
        visits.push(await visit(port, agent));
        await sleep(pauseMs);
      }
    }),
  );
  return {
    confirmed: (version) => void confirmations.push({ at: performance.now(), version }),
    async stop() {
      isOver = true;
      await all;
      agent.destroy();
      return judge(visits, confirmations);
    },
  };
}

/** Asks until the version answers; throws when that takes longer than any sound machine needs. */
export async function untilServed(port: number, version: number): Promise<void> {
  const agent = new Agent();
  let last: Visit | null = null;
  for (let tries = 0; tries < 300; tries++) {
    last = await visit(port, agent);
    if (last.versions.includes(version)) return;
    await sleep(100);
  }
  throw new Error(`Version ${version} was never served on port ${port}: ${JSON.stringify(last)}`);
}

function visit(port: number, agent: Agent): Promise<Visit> {
  const beganAt = performance.now();
  return new Promise((resolve) => {
    const failed = (failure: string) => resolve({ beganAt, versions: [], failure });
    const asked = request({ host: '127.0.0.1', port, path: '/', agent, timeout: patienceMs }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('error', (error) => failed(error.message));
      answer.on('end', () => {
        const versions = [...new Set([...body.matchAll(/v(\d+);/g)].map(([, version]) => Number(version)))];
        const isSound = answer.statusCode === 200 && versions.length > 0;
        if (isSound) resolve({ beganAt, versions, failure: null });
        else failed(`status ${answer.statusCode}`);
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    asked.end();
  });
}

function judge(
  visits: readonly Visit[],
  confirmations: readonly { readonly at: number; readonly version: number }[],
): Judged {
  const newest = (at: number) => confirmations.findLast((entry) => entry.at < at)?.version ?? 0;
  const failures = Map.groupBy(
    visits.filter(({ failure }) => failure !== null),
    ({ failure }) => failure,
  );
  return {
    requests: visits.length,
    failed: visits.filter(({ failure }) => failure !== null).length,
    mixed: visits.filter(({ versions }) => versions.length > 1).length,
    old: visits.filter(({ versions, beganAt }) => versions.some((version) => version < newest(beganAt))).length,
    failures: [...failures].map(([failure, met]) => `${met.length} × ${failure}`),
  };
}
