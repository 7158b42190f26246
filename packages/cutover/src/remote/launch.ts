import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { packedFrame, plainFrame } from './packed.ts';

/** A program that leads to a runner. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** The nonce that its runner was given. */
  readonly nonce: string;
  /** What the runner does first, as text for it. */
  readonly input: string;
  /** Whether the runner is not on this machine: text for it is worth compressing. */
  readonly isFar: boolean;
  /** The program itself where it runs already, and was told the input. */
  readonly child?: ChildProcessWithoutNullStreams;
}

/**
 * Starts the program in a session of its own, since a Ctrl-C at the terminal is the driver's to handle, and tells it the input, before anybody
 * can be there who hears it: no round trip is waited for.
 */
export function begin({ command, args, input, isFar }: Launch): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { stdio: 'pipe', detached: true });
  // A write to a program that has ended: its end says more.
  child.stdin.on('error', () => undefined);
  child.stdin.write(isFar ? packedFrame(input) : plainFrame(input));
  return child;
}
