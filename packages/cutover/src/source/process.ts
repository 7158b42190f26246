import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
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

type Begun = Omit<Command, 'output'> & { readonly output?: Command['output'] | Writable | 'pipe' };

/** How it ended. `code` is null when a signal ended it. */
export type Ended =
  | { readonly kind: 'ended'; readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** Runs a program to its end. Rejects only when the reader of its output does. */
export async function run(command: Command): Promise<Ended> {
  if (command.signal.aborted) return { kind: 'cancelled' };
  const child = begin(command, command.input === undefined ? 'ignore' : 'pipe');
  child.stdin?.end(command.input);
  return endOf(child, command);
}

/**
 * Runs two programs at once: the second reads `head`, and then what the first prints. They share the pipe, and nothing that lies in it passes
 * through here.
 */
export async function runPiped(first: Command, second: Command, head: string): Promise<readonly [Ended, Ended]> {
  if (first.signal.aborted) return [{ kind: 'cancelled' }, { kind: 'cancelled' }];
  const reading = begin(second, 'pipe');
  if (reading.pid === undefined) {
    const ended = await endOf(reading, second);
    return [ended, ended];
  }
  reading.stdin?.write(head);
  const printing = begin({ ...first, output: reading.stdin ?? 'pipe' }, 'pipe');
  printing.stdin?.end(first.input);
  // Not its end: that would close the pipe for the first as well.
  reading.stdin?.destroy();
  return Promise.all([endOf(printing, first), endOf(reading, second)]);
}

function begin({ program, args, env, output, signal }: Begun, stdin: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(program, args, {
    env,
    stdio: [stdin, output === undefined || typeof output === 'function' ? 'pipe' : output, 'pipe'],
    signal,
  });
  // A program may end before it has read everything: its exit status tells, not the broken pipe.
  child.stdin?.on('error', () => {});
  return child;
}

async function endOf(child: ChildProcess, command: Command): Promise<Ended> {
  const ended = new Promise<number | null | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
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
