import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request: when it began, and what it met. */
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
  /** Long requests that were answered whole, by the version that they began with. */
  readonly long: number;
  /** What failed, each once with its number. */
  readonly failures: readonly string[];
}

/** Constant load on an address of this machine. */
export interface Load {
  /** Says that this version is in service from now on. */
  confirmed(version: number): void;
  /** Sends one request that takes so many seconds, beside the others. */
  sendLong(seconds: number): void;
  stop(): Promise<Judged>;
}

const connections = 6;
/** For each connection: about a thousand requests a second in all where the machine is idle. */
const pauseMs = 5;
/** What takes longer has failed; a long request has its own time on top. */
const patienceMs = 20_000;

/** Starts it: connections that are kept, one request after the other on each, every body read for its version. */
export function startLoad(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const judge = newJudge();
  const long: Promise<void>[] = [];
  let isOver = false;
  const all = Promise.all(
    Array.from({ length: connections }, async () => {
      while (!isOver) {
        judge.heard(await visit({ port, agent }));
        await sleep(pauseMs);
      }
    }),
  );
  return {
    confirmed: (version) => judge.confirmed(version),
    sendLong(seconds) {
      const asked = visit({
        port,
        agent: new Agent(),
        path: `/?long=${seconds}`,
        patienceMs: patienceMs + 1000 * seconds,
      });
      long.push(asked.then((met) => judge.heardLong(met)));
    },
    async stop() {
      await Promise.all(long);
      isOver = true;
      await all;
      agent.destroy();
      return judge.found();
    },
  };
}

/** Asks until the version answers; throws when that takes longer than any sound machine needs. */
export async function untilServed(port: number, version: number): Promise<void> {
  const agent = new Agent();
  let last: Visit | null = null;
  for (let tries = 0; tries < 300; tries++) {
    last = await visit({ port, agent });
    if (last.versions.includes(version)) return;
    await sleep(100);
  }
  throw new Error(`Version ${version} was never served on port ${port}: ${JSON.stringify(last)}`);
}

interface Asked {
  readonly port: number;
  readonly agent: Agent;
  readonly path?: string;
  readonly patienceMs?: number;
}

function visit({ port, agent, path = '/', patienceMs: timeout = patienceMs }: Asked): Promise<Visit> {
  const beganAt = performance.now();
  return new Promise((resolve) => {
    const failed = (failure: string) => resolve({ beganAt, versions: [], failure });
    const asked = request({ host: '127.0.0.1', port, path, agent, timeout }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('error', (error) => failed(error.message));
      answer.on('end', () => {
        const named = [...body.matchAll(/v(\d+);/g)].map(([, version]) => Number(version));
        const isSound = answer.statusCode === 200 && named.length > 1;
        if (isSound) resolve({ beganAt, versions: [...new Set(named)], failure: null });
        else failed(answer.statusCode === 200 ? 'half an answer' : `status ${answer.statusCode}`);
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    asked.end();
  });
}

/** Judges each answer when it comes, so that a run of a thousand activations keeps none of them. */
function newJudge() {
  const confirmations: { readonly at: number; readonly version: number }[] = [];
  const failures = new Map<string, number>();
  const found = { requests: 0, failed: 0, mixed: 0, old: 0, long: 0 };
  const newest = (at: number) => confirmations.findLast((entry) => entry.at < at)?.version ?? 0;
  const heard = ({ versions, failure, beganAt }: Visit): void => {
    found.requests += 1;
    if (failure !== null) {
      found.failed += 1;
      failures.set(failure, (failures.get(failure) ?? 0) + 1);
    }
    if (versions.length > 1) found.mixed += 1;
    if (versions.some((version) => version < newest(beganAt))) found.old += 1;
  };
  return {
    heard,
    heardLong(met: Visit): void {
      heard(met.failure === null ? met : { ...met, failure: `${met.failure} to a long request` });
      if (met.failure === null && met.versions.length === 1) found.long += 1;
    },
    confirmed: (version: number) => void confirmations.push({ at: performance.now(), version }),
    found: (): Judged => ({ ...found, failures: [...failures].map(([failure, times]) => `${times} × ${failure}`) }),
  };
}
