import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of the demo's own, so that load, server and driver do not wait for one another. */
export interface Child extends AsyncDisposable {
  /** Sends a message and gives the answer; rejects when the child ends or is silent for ten seconds. */
  ask(message: object): Promise<unknown>;
}

const answerMs = 10_000;
const graceMs = 3_000;

/** Starts a module of this directory, named without its ending. Its channel closes when this process ends, and it ends with it. */
export function startChild(module: string, args: readonly string[]): Child {
  // In a process group of its own: Ctrl-C is for the demo, which ends its children in their order.
  const child = fork(module + extname(import.meta.filename), args, {
    detached: true,
    execArgv: [],
    serialization: 'json',
  });
  return {
    async ask(message) {
      const answer = answerOf(child);
      child.send(message);
      return answer;
    },
    [Symbol.asyncDispose]: () => ended(child),
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const silent = sleep(answerMs, null, { signal }).then(() => `did not answer in ${answerMs / 1000} seconds`);
  const gone = once(child, 'exit', { signal }).then(([code, by]) => `ended (${code ?? by})`);
  const answered = once(child, 'message', { signal }).then(([message]) => ({ message: message as unknown }));
  try {
    const first = await Promise.race([answered, gone, silent]);
    if (typeof first === 'object') return first.message;
    throw new Error(`${basename(child.spawnargs[1] ?? '')} ${first}.`);
  } finally {
    over.abort();
    await Promise.allSettled([silent, gone, answered]);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exit;
  clearTimeout(kill);
}
