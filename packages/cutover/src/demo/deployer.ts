import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fold } from '../events/fold.ts';
import { decodeEvents } from '../events/ndjson.ts';
import { type DeploymentState, initialState } from '../events/state.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Place } from './place.ts';

/** What one call of Cutover did. */
export interface Deployed {
  /** What its events say. */
  readonly state: DeploymentState;
  /** What is in service now; null when that is nothing or not known. */
  readonly serves: ReleaseName | null;
  /** From the start of the command to its end. */
  readonly tookMs: number;
  /** What it said apart from its events. */
  readonly said: string;
}

/** Runs Cutover in the demo's place. */
export interface Deployer {
  readonly place: Place;
  /** The program and its first arguments: this very Cutover. */
  readonly cutover: readonly string[];
  readonly signal: AbortSignal;
}

const limitMs = 30_000;
const graceMs = 5_000;

/** Runs a command as a person would, in a process of its own, and reads its events. Rejects when the demo is stopped. */
export async function runCutover(args: readonly string[], { place, cutover, signal }: Deployer): Promise<Deployed> {
  signal.throwIfAborted();
  const beganMs = performance.now();
  const [program = '', ...first] = cutover;
  const child = spawn(program, [...first, ...args, '--json'], {
    cwd: place.shop,
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: Ctrl-C is for the demo, which stops it in its turn.
    detached: true,
  });
  const release = stopWhen(AbortSignal.any([signal, AbortSignal.timeout(limitMs)]), child);
  try {
    const [output, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    signal.throwIfAborted();
    const state = decodeEvents(output).events.reduce(fold, initialState);
    return { state, serves: servedIn(state), tookMs: performance.now() - beganMs, said: said.trim() };
  } finally {
    release();
  }
}

/** Asked to stop, Cutover takes back what it began; one that does not come to an end is ended. */
function stopWhen(signal: AbortSignal, child: ChildProcess): () => void {
  let patience: NodeJS.Timeout | undefined;
  const kill = (): boolean => child.kill('SIGKILL');
  const stop = (): void => {
    child.kill('SIGINT');
    patience = setTimeout(kill, graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  // Before the directory it works in is removed.
  process.prependOnceListener('exit', kill);
  return () => {
    signal.removeEventListener('abort', stop);
    clearTimeout(patience);
    process.off('exit', kill);
  };
}

function servedIn(state: DeploymentState): ReleaseName | null {
  const [serving] = Object.values(state.serving);
  return serving?.kind === 'release' ? serving.release : null;
}
