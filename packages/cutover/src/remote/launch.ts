import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

/** A program that leads to a runner. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** The nonce that its runner was given. */
  readonly nonce: string;
  /** What the runner does first, as text for it; the command has it along, as a word, where that is worth it. */
  readonly input: string;
  /** Whether the runner is not on this machine: text for it is worth compressing. */
  readonly isFar: boolean;
  /** The program itself where it runs already. */
  readonly child?: ChildProcessWithoutNullStreams;
}

/** Starts the program in a session of its own: a Ctrl-C at the terminal is the driver's to handle. */
export function begin({ command, args }: Launch): ChildProcessWithoutNullStreams {
  return spawn(command, args, { stdio: 'pipe', detached: true });
}
