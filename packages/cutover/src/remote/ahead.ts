import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { HostName } from '../model/host.ts';
import type { Launch } from './launch.ts';

/** A program that runs already. */
export interface Begun extends Launch {
  readonly child: ChildProcessWithoutNullStreams;
}

/** Who begins connections before it is certain that they are wanted. */
export interface Ahead {
  /** What was begun towards a host, once; null where nothing was. */
  take(host: HostName): Begun | null;
  /** Hears how a host was reached that answered. */
  answered(host: HostName, launch: Launch): void;
}
