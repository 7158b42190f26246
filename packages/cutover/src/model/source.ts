import type { Host } from './host.ts';

/** Where code comes from. */
export type Source =
  /** Sent from this machine's repository over the open connection. */
  | {
      readonly kind: 'git';
      readonly repository: string;
      readonly ref: string;
      readonly subdirectory: string | null;
      /** Where it is there, what it makes of the revision is sent, instead of the revision. */
      readonly build?: Build;
    }
  /** Fetched by each host from `url`. */
  | { readonly kind: 'fetch'; readonly url: string; readonly ref: string; readonly subdirectory: string | null }
  /** A directory or archive of this machine. */
  | { readonly kind: 'artifact'; readonly path: string; readonly exclude: readonly string[] };

/** Which revision a source of git stands for, and the part of it that is wanted. */
export type GitRevision = Pick<Extract<Source, { kind: 'git' }>, 'repository' | 'ref' | 'subdirectory'>;

/** A source of git of which something is built, once, before it is sent. */
export type BuiltOnce = Extract<Source, { kind: 'git' }> & { readonly build: Build };

/** Whether something is made of the revision before it is sent. */
export function isBuiltOnce(source: Source): source is BuiltOnce {
  return source.kind === 'git' && source.build !== undefined;
}

/** What is done once for all hosts, in a clean checkout of the revision. */
export interface Build {
  /** The host that builds; null is this machine. */
  readonly on: Host | null;
  /** Shell text as the user wrote it. */
  readonly run: string;
  /** What is sent of the result, relative to the checkout. */
  readonly path: string;
  /** Patterns of what is left out. */
  readonly exclude: readonly string[];
  readonly limitMs: number;
}
