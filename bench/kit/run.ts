import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { onItsProcessor } from './processors.ts';

/** One program that is started, awaited and timed. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How it went. */
export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** From the start of the process until its output is closed. */
  readonly ms: number;
  /** Both streams as they came. */
  readonly output: string;
}

const limitMs = 180_000;

/** Runs a command to its end; one that takes longer than three minutes is ended with all that it started. */
export function run(command: Command): Promise<Ran> {
  const [program, ...args] = onItsProcessor(command.argv, command.env);
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const began = performance.now();
  // A process group of its own, so that what it started can be ended with it.
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
  const stop = () => endGroup(child.pid);
  const timer = setTimeout(stop, limitMs);
  process.once('exit', stop);
  child.once('error', reject);
  child.once('close', (code) => {
    clearTimeout(timer);
    process.off('exit', stop);
    resolve({ code, ms: performance.now() - began, output: Buffer.concat(pieces).toString() });
  });
  return promise;
}

/** Runs a command that must succeed, and gives its output. */
export async function must(command: Command): Promise<string> {
  const ran = await run(command);
  if (ran.code !== 0) throw new Error(`${command.argv.join(' ')} ended with ${ran.code}:\n${ran.output}`);
  return ran.output;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
