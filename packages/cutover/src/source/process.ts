import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';

/** A program of this machine, run without a shell. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Written to its stdin; without it, stdin is empty. */
  readonly input?: Buffer | string;
  /** Where its stdout goes: an open file, or a reader that takes it while it runs; collected in memory when left out. */
  readonly output?: number | ((stdout: Readable) => Promise<void>);
  /** Ends it with SIGTERM. */
  readonly signal: AbortSignal;
}

/** How it ended. `code` is null when a signal ended it. */
export type Ended =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** Runs a program to its end. Rejects only when the reader of its output does. */
export async function run(command: Command): Promise<Ended> {
  if (command.signal.aborted) return { kind: 'cancelled' };
  const child = spawn(command.program, command.args, {
    env: command.env,
    stdio: [
      command.input === undefined ? 'ignore' : 'pipe',
      typeof command.output === 'number' ? command.output : 'pipe',
      'pipe',
    ],
    signal: command.signal,
  });
  const ended = new Promise<number | null | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  // A program may end before it has read everything: its exit status tells, not the broken pipe.
  child.stdin?.on('error', () => {});
  child.stdin?.end(command.input);
  const [end, stdout, stderr] = await Promise.all([ended, collected(child.stdout, command), drained(child.stderr)]);
  if (command.signal.aborted) return { kind: 'cancelled' };
  if (end instanceof Error) return { kind: 'not-started', reason: end.message };
  return { kind: 'ended', code: end, stdout, stderr };
}

async function collected(stdout: Readable | null, command: Command): Promise<Buffer> {
  if (stdout === null) return Buffer.alloc(0);
  if (typeof command.output !== 'function') return buffer(stdout);
  await command.output(stdout);
  return Buffer.alloc(0);
}

async function drained(stderr: Readable | null): Promise<string> {
  return stderr === null ? '' : text(stderr);
}
