import type { Reuse } from './settings.ts';

/** Points at which a recipe's tasks run, in the order of a deployment; `refresh` belongs to a rollback. */
const taskPoints = ['build', 'cache', 'compile', 'migrate', 'warm', 'refresh', 'restart', 'finish'] as const;

/**
 * When a task runs. `build`: shielded from the caches of the release in service. `cache`: the release's own config. `compile`: what is
 * made from it, once the audit has passed.
 * `migrate`: on one host, once every host has built. `warm`: the caches of the new release. `refresh`: the caches of an old release,
 * before it goes live again. `restart`: in every release that may still have workers. `finish`: once the release is live.
 */
export type TaskPoint = (typeof taskPoints)[number];

/** Work that a recipe knows of: a step of the plan, unless the config leaves it out or says it otherwise. */
export interface Task {
  /** Permanent: the config goes by it. */
  readonly name: string;
  /** What a person reads while it runs: an infinitive phrase. */
  readonly title: string;
  readonly point: TaskPoint;
  /** Shell text with `{{ variables }}`, run in the release. */
  readonly run: string;
  /** Shell text that tells whether there is anything to do; null when there always is. */
  readonly needs: string | null;
  /** A pattern: where a hook of the project matches it, the hook does this work, and the task is left out. */
  readonly doneBy: string | null;
  /** Null takes the limit of hooks. */
  readonly limitMs: number | null;
  /** The directory that it installs, which a release takes from the one before where it can; null for none. */
  readonly reuses: Reuse | null;
}

/** What is usual for a kind of application beside its paths: how it is built, warmed and told, and what must be a release's own. */
export interface Routine {
  readonly tasks: readonly Task[];
  /** Environment of what builds the release, so that it cannot touch the caches of the release in service. */
  readonly shield: Readonly<Record<string, string>>;
  /** Environment of all tasks before activation; `{{ release }}` is the release's directory. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directories that must exist in a release, through links or not. */
  readonly directories: readonly string[];
  /** Links that each release gets where it has nothing: from a path of it to one relative to that. */
  readonly links: readonly { readonly from: string; readonly to: string }[];
  /** Paths that must never be shared: what they hold is true of one release only. */
  readonly own: readonly string[];
  /** Directories of a release that hold shared and own things: what else is found in the shared place is linked as well. */
  readonly mixed: readonly string[];
  /** Paths that are edited on the server. Edits in a release that is left would be lost. */
  readonly content: readonly string[];
  /** Whether the application can be asked for its config before it goes live. */
  readonly audited: 'laravel' | null;
}
