import type { App } from './app.ts';
import type { Balancer } from './balancer.ts';
import type { Cache } from './cache.ts';
import type { Host, HostName } from './host.ts';
import type { AppProcess } from './process.ts';
import type { Source } from './source.ts';
import type { Routine } from './task.ts';

/** One stage of a project, resolved: every default filled in, every host written out. What the planner plans from. */
export interface Settings {
  readonly project: string;
  readonly stage: string;
  /** The config file as the user named it for this call; absent where it was found. */
  readonly config?: string;
  /** The recipe's name; `static` when none was named. */
  readonly recipe: string;
  /** How the application is served. */
  readonly app: App;
  readonly layout: Layout;
  readonly hosts: readonly Host[];
  readonly source: Source;
  readonly shared: readonly SharedPath[];
  readonly writable: Writable;
  /** Directories of hashed assets whose files of the previous release live on in the new one. */
  readonly assets: readonly string[];
  /** Caches that each release has for itself, beside those that the application's own config tells of. */
  readonly caches: readonly Cache[];
  readonly isolation: Isolation;
  /** What the recipe does, with what the config leaves out or says otherwise. */
  readonly routine: Routine;
  /** Findings about caches that do not stop a deployment, by name, each with the reason. */
  readonly accept: Readonly<Record<string, string>>;
  /** Null links the shared `.env`. */
  readonly overlay: Overlay | null;
  readonly content: ContentRepository | null;
  /** A commit whose message holds this is not deployed; null deploys all. */
  readonly skip: string | null;
  /** How many releases that served are kept, the one in service included. */
  readonly keep: number;
  /** Directories that the next release takes over while what they were made from stays the same. */
  readonly reuse: readonly Reuse[];
  /** When the base of the next release is made ready after a deployment; null is never. */
  readonly spare: SpareBudget | null;
  readonly hooks: readonly Hook[];
  readonly checks: readonly Check[];
  readonly batch: Batch;
  /** The load balancer that a batch is taken out of while it is activated; null leaves it in. */
  readonly balancer: Balancer | null;
  /** What runs on: first what serves requests, then the workers. */
  readonly processes: readonly AppProcess[];
  readonly tolerate: Tolerance;
  readonly limits: Limits;
  readonly confirmation: Confirmation;
  /** Environment of every hook and command check. */
  readonly env: Readonly<Record<string, string>>;
  /** Secret values by name; a hook gets those that it names. Masked wherever they appear. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The commands behind `{{ php }}` and `{{ composer }}`. */
  readonly php: string;
  readonly composer: string;
}

/** `envoyer`: shared paths at the top of the deploy path. `shared`: below `shared/`, as Deployer and Capistrano have it. */
export type Layout = 'envoyer' | 'shared';

/** What of a Laravel application's caches each release has for itself: the Stache's store, the whole default store, or nothing. */
export type Isolation = 'stache' | 'store' | 'off';

/** An `.env` of the release's own: the shared one and lines that are true of this release. */
export interface Overlay {
  /** Relative to the release, and a shared file of the config. */
  readonly file: string;
  /** With `{{ variables }}`, by name. */
  readonly lines: Readonly<Record<string, string>>;
}

/** A clone beside the releases that holds what is edited on the server and is committed from there. */
export interface ContentRepository {
  readonly url: string;
  readonly branch: string;
  /** Its directory, relative to where the layout keeps shared paths. */
  readonly directory: string;
  /** Directories that are linked into each release, relative to it and to the clone. */
  readonly paths: readonly string[];
}

/** A path that lives outside the releases and is linked into each of them. */
export interface SharedPath {
  readonly type: 'file' | 'directory';
  /** Relative to the release. */
  readonly from: string;
  /** Relative to where the layout keeps shared paths. */
  readonly to: string;
  /** A file that must exist before the first deployment. Directories are made. */
  readonly required: boolean;
}

/** Paths that the web server writes to, and how it is let. */
export interface Writable {
  /** Relative to the release; a path that is shared stands for its shared directory. */
  readonly paths: readonly string[];
  /** `mode`: group-writable. `group`: the same after a change of group, setgid. `acl`: an ACL for `user`. */
  readonly way: 'mode' | 'group' | 'acl';
  /** The web server's user, for `acl`. */
  readonly user: string | null;
  /** The web server's group, for `group`. */
  readonly group: string | null;
}

/** Phases around which hooks can be put. */
export const hookPhases = ['prepare', 'build', 'verify', 'activate', 'check', 'finish'] as const;
/** A phase that hooks can stand before or after. */
export type HookPhase = (typeof hookPhases)[number];

/** The user's own shell text before or after a phase. `build` itself is nothing but hooks: they run in order after `prepare`. */
export interface Hook {
  readonly name: string;
  readonly when: 'before' | 'after';
  readonly phase: HookPhase;
  /** With `{{ variables }}` as the user wrote them; the planner puts quoted values in. */
  readonly run: string;
  /** Hosts it runs on, in order; for a `once` hook only the first of them. */
  readonly hosts: readonly HostName[];
  /** Another user of the host, through `sudo -n -u`. */
  readonly user: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly limitMs: number;
  /** How long it may print nothing; as long as it likes when there is none. */
  readonly idleMs?: number;
  /** The release for phases before and after activation alike, unless the config names another directory. */
  readonly directory: string | null;
  /** Shell text that takes the hook back when the deployment fails later; null when nothing need be. */
  readonly undo: string | null;
}

/** A health check after activation. */
export type Check = HttpCheck | CommandCheck;

/** A check that asks a URL. */
export interface HttpCheck {
  readonly kind: 'http';
  readonly name: string;
  readonly url: string;
  /** `host` asks from the host itself, `here` from the driver's machine. */
  readonly from: 'host' | 'here';
  /** `address[:port]` that is connected to instead of the one that the URL's name resolves to; `host` is each host's own address. */
  readonly resolve: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: HttpExpectation;
  readonly retry: Retry;
  readonly hosts: readonly HostName[];
}

/** What an answer must be to count as healthy. */
export interface HttpExpectation {
  readonly status: number;
  /** A string that the body holds. */
  readonly body: string | null;
  /** Headers by lower-case name and the string that each value holds. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A check that runs a command on the host; exit code 0 is healthy. */
export interface CommandCheck {
  readonly kind: 'command';
  readonly name: string;
  readonly run: string;
  readonly retry: Retry;
  readonly hosts: readonly HostName[];
}

/** Tried until it succeeds or `withinMs` is over, with `everyMs` between the tries. */
export interface Retry {
  readonly withinMs: number;
  readonly everyMs: number;
}

/** A directory of dependencies that is not installed anew while nothing has changed that it depends on. */
export interface Reuse {
  /** Relative to the release. */
  readonly directory: string;
  /** Files of the revision that say what is in it; where one of them is missing, nothing is reused. */
  readonly locks: readonly string[];
  /** Programs that installed it: `php` and `composer` stand for the config's own. Another version installs anew. */
  readonly tools: readonly string[];
}

/** What a deployment may put up with. */
export interface Tolerance {
  /** So many hosts that do not answer are left out of it; the next one brings them up to date. */
  readonly hosts: number;
}

/** Which revisions a spare is made of. */
export interface SpareBudget {
  /** It must have so many files: fewer are written in no time. */
  readonly files: number;
  /** It may hold at most so much. */
  readonly megabytes: number;
}

/** How many hosts are activated together. */
export type Batch =
  | { readonly kind: 'all' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** Milliseconds. */
export interface Limits {
  readonly connectMs: number;
  /** How long a host whose connection is lost is tried again. */
  readonly reconnectMs: number;
  /** For each step of Cutover's own. */
  readonly stepMs: number;
  /** For receiving code. */
  readonly transferMs: number;
  /** For a hook that names none. */
  readonly hookMs: number;
  /** How long a hook that names no such limit may print nothing; as long as it likes when there is none. */
  readonly idleMs?: number;
  /** For each phase on all hosts together. */
  readonly phaseMs?: number;
}

/** What becomes of a release that was put in service and is not confirmed, and of a lock whose owner gives no sign of life. */
export interface Confirmation {
  /** Milliseconds from the activation; null is as long as checks and hooks may take. */
  readonly withinMs: number | null;
  readonly onLost: OnLost;
  /** Milliseconds without a sign of life after which a lock may be taken over. */
  readonly lostAfterMs: number;
}

/** What a host does whose activation is not confirmed in time. */
export type OnLost = 'revert' | 'keep';
