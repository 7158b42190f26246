import type { ProcessFacts, UnitFacts } from './facts.ts';
import type { HostName } from './host.ts';
import type { Settings } from './settings.ts';

/** A program of the project that runs on, release by release: what serves requests, or a worker. */
export interface AppProcess {
  /** Unique in its stage; part of file, unit and process names. */
  readonly name: string;
  /** The user's shell text, run in the release's own directory. */
  readonly run: string;
  /** Where it takes requests; null for a worker. */
  readonly listen: Listen | null;
  readonly healthy: Healthy;
  readonly manager: ProcessManager;
  readonly env: Readonly<Record<string, string>>;
  /** What asks it to end, such as `TERM`. */
  readonly stopSignal: string;
  /** How long its last requests may take before it is asked to end. */
  readonly drainMs: number;
  /** How long it may take to end before it is killed. */
  readonly stopMs: number;
  /** Whether it is started again when it ends by itself. */
  readonly restart: boolean;
  readonly hosts: readonly HostName[];
}

/** What a process of a release is called by its manager; a host may have more than one stage. */
export function managedName({ project, stage }: Stage, process: string, release: string): string {
  return `${project}-${stage}-${process}@${release}`;
}

/** The same as a unit of systemd; without a release, its template. */
export function systemdUnit(stage: Stage, process: string, release = ''): string {
  return `${managedName(stage, process, release)}.service`;
}

/** Units that run and that the config would name otherwise: the project, its stage or the process was called something else when they were started. */
export function unitsOfOld(processes: readonly ProcessFacts[], settings: Settings): readonly UnitFacts[] {
  return processes.flatMap(({ unit, release, state }) => {
    const isOurs = settings.processes.some(({ name }) => systemdUnit(settings, name, release) === unit?.name);
    return unit === null || isOurs || state !== 'runs' ? [] : [unit];
  });
}

type Stage = Pick<Settings, 'project' | 'stage'>;

/** Where a process takes requests, for each release another place. */
export type Listen =
  /** A unix socket in the release; `mode` is given to it so that the web server may connect. With `toPort` the program itself is given a port. */
  | { readonly kind: 'socket'; readonly file: string; readonly mode: string; readonly toPort: boolean }
  /** A free port of the range; `reload` makes the web server read which. */
  | { readonly kind: 'ports'; readonly first: number; readonly last: number; readonly reload: string };

/** When a process counts as healthy; tried for `withinMs`. */
export type Healthy =
  /** It answers on its socket or port; without a status, any below 500 will do. */
  | { readonly kind: 'http'; readonly path: string; readonly status: number | null; readonly withinMs: number }
  | { readonly kind: 'command'; readonly run: string; readonly withinMs: number }
  /** It still runs after `forMs`. */
  | { readonly kind: 'runs'; readonly forMs: number; readonly withinMs: number };

/** Who starts processes, keeps them and stops them. */
export type ProcessManager = 'own' | 'systemd' | 'systemd-user' | 'pm2';

/** The file in the release that names its port, for an `upstream` of nginx. */
export function upstreamFile(process: string): string {
  return `${process}.upstream.conf`;
}
