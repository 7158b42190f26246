import type { AppKind } from '../model/app.ts';
import type { Isolation, SharedPath } from '../model/settings.ts';
import type { Routine } from '../model/task.ts';

/** What is known of a kind of application. Data only: everything in it can be overridden in the config. */
export interface Recipe {
  readonly name: string;
  /** What a person calls it. */
  readonly title: string;
  /** A sentence about what it is for. */
  readonly description: string;
  readonly app: AppForm;
  readonly shared: readonly SharedPath[];
  /** Relative to the release. */
  readonly writable: readonly string[];
  /** Directories of hashed assets, relative to the release. */
  readonly assets: readonly string[];
  /** The ways to keep its caches apart, the usual one first; none where only the config knows of caches. */
  readonly isolations: readonly Isolation[];
  readonly routine: Routine;
  /** A commit whose message holds this is not deployed, unless the config says otherwise. */
  readonly skips: string | null;
  /** Commands that `init` proposes by the point at which they run; nothing runs that does not stand in the config. */
  readonly proposes: Proposal;
}

/** How such an application is served, where the config says nothing else. */
export interface AppForm {
  readonly kind: AppKind;
  /** What the web server serves, relative to the release; null is the release itself. */
  readonly root: string | null;
  /** The PHP script that answers, relative to the release; null where there is none. */
  readonly entry: string | null;
  /** What runs it in the foreground; null where nothing runs on. */
  readonly start: string | null;
}

/** Hooks to be written into a new config. */
export interface Proposal {
  readonly build: readonly ProposedCommand[];
  readonly 'before activate': readonly ProposedCommand[];
  readonly 'after activate': readonly ProposedCommand[];
}

/** A command that may be of use, and when. */
export interface ProposedCommand {
  readonly run: string;
  /** Proposed only when all of these are in the application's directory. */
  readonly needs: readonly string[];
  /** Runs on one host only. */
  readonly once: boolean;
}

/** A shared directory that is kept under its own name. */
export function sharedDirectory(path: string): SharedPath {
  return { type: 'directory', from: path, to: path, required: false };
}

/** A shared file that is kept under its own name and must exist before the first deployment. */
export function sharedFile(path: string): SharedPath {
  return { type: 'file', from: path, to: path, required: true };
}

/** A command that is proposed where the named files are. */
export function command(run: string, needs: readonly string[] = []): ProposedCommand {
  return { run, needs, once: false };
}
