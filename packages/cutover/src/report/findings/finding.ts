import type { Fix } from '../../model/fix.ts';
import type { HostName } from '../../model/host.ts';
import { type WebFindingName, webFindings } from './web/names.ts';

/** One thing that was examined on a host, and what was found. */
export interface Finding {
  readonly name: FindingName;
  readonly level: Level;
  readonly host: HostName;
  /** What was found, as whole sentences. */
  readonly sentence: string;
  /** What to do about it; null where nothing need be done, or where the sentence says it. */
  readonly mend: string | null;
  /** What `cutover check --fix` would change; empty where it leaves that to people. */
  readonly fixes: readonly Fix[];
}

/** The same without its place, as a look tells it; most of it nobody but people can mend. */
export type Said = Omit<Finding, 'name' | 'host' | 'fixes'> & Partial<Pick<Finding, 'fixes'>>;

/** `warning`: it works, or will by itself. `problem`: a deployment would fail or be refused. */
export type Level = 'ok' | 'warning' | 'problem';

/** What can be examined, and what each is about. The names are permanent, so that scripts can go by them. */
export const findings = {
  reachable: 'Whether the host answers, and as which user.',
  'login-shell': 'Whether the login shell keeps quiet where it only runs a command, as scp, rsync and git need it.',
  clock: 'Whether its clock goes as the one of this machine, and so as those of the other hosts.',
  clocks: 'Whether the clocks of the hosts of the stage go alike.',
  tools: 'Whether the tools are there that the config makes use of.',
  swap: 'Whether a link can be replaced in one step.',
  delivery: 'How code gets there.',
  'deploy-path': 'Whether the deploy path can be used.',
  layout: 'Whether shared paths lie where the config says.',
  current: 'What is in service.',
  'app-processes':
    'Whether the processes of the release in service run, which a restart of the host ends where Cutover keeps them itself.',
  records: 'Whether what is known of the releases can be understood.',
  lock: 'Whether somebody holds the lock.',
  'shared-files': 'Whether the shared files that the config names are there.',
  adoptable: 'Releases of another tool that can be taken over.',
  space: 'Free space where the deploy path is.',
  inodes: 'How many more files can be made there.',
  logout: 'Whether what runs there outlives the connection.',
  caches: 'Whether the caches of the release in service are as they must be.',
  ...webFindings,
} as const;

/** The name of one of them. */
export type FindingName = Exclude<keyof typeof findings, WebFindingName> | WebFindingName;
