import type { HostName } from '../../model/host.ts';

/** One thing that was examined on a host, and what was found. */
export interface Finding {
  readonly name: FindingName;
  readonly level: Level;
  readonly host: HostName;
  /** What was found, as whole sentences. */
  readonly sentence: string;
  /** What to do about it; null where nothing need be done, or where the sentence says it. */
  readonly mend: string | null;
}

/** `warning`: it works, or will by itself. `problem`: a deployment would fail or be refused. */
export type Level = 'ok' | 'warning' | 'problem';

/** What can be examined. The names are permanent, so that scripts can go by them. */
export type FindingName =
  | 'reachable'
  | 'clock'
  | 'tools'
  | 'swap'
  | 'delivery'
  | 'deploy-path'
  | 'layout'
  | 'current'
  | 'records'
  | 'lock'
  | 'shared-files'
  | 'adoptable'
  | 'space'
  | 'inodes';
