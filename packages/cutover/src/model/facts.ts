import type { DeploymentId, Holder } from './deployment.ts';
import type { ByRelease, ReleaseName, ReleaseRecord } from './release.ts';
import type { OnLost } from './settings.ts';

/** What a read-only look at a host found. */
export interface HostFacts {
  /** `uname -s`, such as `Linux`. */
  readonly system: string;
  readonly user: string;
  /** ISO 8601 in UTC: the host's own clock. */
  readonly clock: string;
  readonly deployPath: DeployPathFacts;
  /**
   * What no other directory has, on this machine or another: where two hosts have the same, they are one machine and their deploy paths
   * one directory. Null where the host cannot tell.
   */
  readonly identity: string | null;
  /** Directories that a deployment writes in and that this user may not: the deploy path, those of Cutover below it, where a missing shared path is to be made, or the deploy path itself. */
  readonly closed: readonly ClosedFacts[];
  /** What `current` is. */
  readonly current: CurrentFacts;
  /** Names of the directories below `releases/`, those without a record too; no dot-names. */
  readonly directories: readonly ReleaseName[];
  /** Entries below `releases/` whose names are no release names. */
  readonly oddDirectories: readonly string[];
  readonly records: readonly ReleaseRecord[];
  /** Record files that could not be understood: their names. */
  readonly damagedRecords: readonly string[];
  /** Releases whose caches could not be purged when they were removed. */
  readonly owed: readonly ReleaseName[];
  /** What deployments left that did not come to their end, or have not yet: paths below the deploy path. */
  readonly leftovers: readonly string[];
  readonly lock: LockFacts;
  /** Activations that nobody has closed. */
  readonly activations: readonly ActivationFacts[];
  /** What a manager of processes was told to keep running, whoever it is. */
  readonly processes: readonly ProcessFacts[];
  /** Shared paths of the config, by their `to`. */
  readonly shared: Readonly<Record<string, 'missing' | 'empty' | 'file' | 'directory' | 'other'>>;
  /** Shared paths, by their `to`, that are missing where the layout of the config keeps them and lie where the other one does. */
  readonly misplaced: readonly string[];
  /** Trees that the host's repository has, by release: object ids. */
  readonly trees: Readonly<Record<ReleaseName, string>>;
  /** Tools found in PATH. */
  readonly tools: readonly Tool[];
  /** Another tool's marks in the deploy path. */
  readonly foreign: ForeignFacts;
  /** Who has the lock of another tool in the deploy path, empty where that is not said, and since when; null where none is there. */
  readonly foreignLock: { readonly by: string; readonly since: string | null } | null;
  /** Links by which the release in service has what is kept beside the releases; none is told where Cutover built that release. */
  readonly linked: readonly LinkedFacts[];
  /** Free kilobytes and inodes where the deploy path is or would be; null where they could not be read. */
  readonly freeKilobytes: number | null;
  readonly freeInodes: number | null;
  /** Whether what earlier deployments put aside is still being removed. */
  readonly isRemoving: boolean;
  /** Kilobytes of the largest release that was removed last; null where none was measured yet. */
  readonly releaseKilobytes: number | null;
}

/** A program that a host may have and a plan can make use of. */
export type Tool =
  | 'git'
  | 'tar'
  | 'gzip'
  | 'zstd'
  | 'curl'
  | 'wget'
  | 'php'
  | 'composer'
  | 'node'
  | 'npm'
  | 'perl'
  | 'python3'
  | 'bash'
  | 'setfacl'
  | 'setsid'
  | 'sha256sum'
  | 'shasum'
  | 'openssl'
  | 'sync'
  | 'sudo';

/** What stands where the deploy path is to be. */
export type DeployPathFacts =
  | { readonly kind: 'missing'; readonly canCreate: boolean }
  | { readonly kind: 'directory' }
  | { readonly kind: 'other' };

/** A directory in which the user may not write. */
export interface ClosedFacts {
  /** Absolute. */
  readonly path: string;
  /** Empty where the host could not tell. */
  readonly owner: string;
  /** As octal digits; empty where the host could not tell. */
  readonly mode: string;
  /** Where the file system is mounted that it lies on, if that is mounted for reading only. */
  readonly readOnlyMount: string | null;
}

/** What `current` is on a host. */
export type CurrentFacts =
  | { readonly kind: 'nothing' }
  /** A link to a directory below `releases/`, which may be gone. */
  | { readonly kind: 'release'; readonly release: ReleaseName; readonly exists: boolean }
  /** A link elsewhere. */
  | { readonly kind: 'elsewhere'; readonly target: string }
  /** Not a link: a real file or directory. */
  | { readonly kind: 'real' };

/** Whether a deployment holds the host. */
export type LockFacts =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly holder: Holder; readonly owner: OwnerFacts }
  /** The lock is there and does not say who holds it. */
  | { readonly kind: 'unnamed' };

/** What tells whether the deployment that holds a lock still lives. */
export interface OwnerFacts {
  /** The id of the step that it was in last; null before it was in any. */
  readonly step: string | null;
  /** Milliseconds since its last sign of life, by the host's own clock, less than nothing where that was set back since; null where it cannot be told. */
  readonly silentMs: number | null;
}

/** An activation whose deployment did not come to its end here, or is still at it. */
export interface ActivationFacts {
  readonly deployment: DeploymentId;
  readonly release: ReleaseName;
  /** What was in service before; null is nothing. */
  readonly previous: ReleaseName | null;
  /** ISO 8601 in UTC, by the host's own clock. */
  readonly since: string;
  /** How many seconds it may wait for its confirmation, from then or from the last time that it was given more. */
  readonly withinSeconds: number;
  readonly onLost: OnLost;
  /** `open`: neither confirmed nor taken back. `reverted`: the host went back by itself, or is at it. */
  readonly verdict: 'open' | 'confirmed' | 'reverted';
  /** Whether its guard runs, which takes it back in time, or is at it. */
  readonly isGuarded: boolean;
}

/** A process of a release. */
export interface ProcessFacts {
  readonly release: ReleaseName;
  readonly name: string;
  /** `host-restarted`: it ended with the host, and nobody has started it since. `unknown`: a look cannot ask, as of PM2. */
  readonly state: 'runs' | 'ended' | 'host-restarted' | 'unknown';
  /** As what systemd runs it; null where another manager does. */
  readonly unit: UnitFacts | null;
}

/** A unit of systemd, by the name that it was started by. */
export interface UnitFacts {
  readonly manager: 'systemd' | 'systemd-user';
  readonly name: string;
}

/** A link of a release to what is kept beside the releases. */
export interface LinkedFacts {
  readonly type: 'directory' | 'file';
  /** Relative to the release. */
  readonly from: string;
  /** Relative to the deploy path. */
  readonly to: string;
}

/** What another tool left that tells which of its releases served. */
export type ForeignFacts = { readonly kind: 'none' } | ForeignReleases;

/** Releases of another tool. */
export interface ForeignReleases {
  /**
   * `deployer` has `.dep/releases_log` and `.dep/…` marks; `capistrano` has `revisions.log` beside `releases/` and `repo/`; `envoyer` has timestamped releases with
   * `.env` and `storage` at the top and nothing else to go by; `mina` has numbered releases that hold `.mina_git_revision`; `other` has numbers or times for names, and nothing
   * that names the tool.
   */
  readonly kind: 'deployer' | 'capistrano' | 'envoyer' | 'mina' | 'other';
  /** Those that were published and are not marked bad. */
  readonly served: readonly ReleaseName[];
  /** The commits of those in which they were written down. */
  readonly revisions: ByRelease<string>;
}
