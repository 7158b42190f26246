import type { ReleaseName } from './release.ts';

/** One run of a plan: `<UTC time>-<4 letters or digits>`. */
export type DeploymentId = string;

/** What a plan is for. Everything that changes a host is a deployment of one of these kinds. */
export type DeploymentKind =
  | 'deploy'
  | 'rollback'
  | 'prune'
  | 'purge'
  | 'adopt'
  | 'env'
  | 'unlock'
  | 'exec'
  | 'recover';

/** How a deployment ended: all new, all as before, or at least one host that could not be put back and is named. */
export type Outcome = 'succeeded' | 'undone' | 'stuck';

/** What a host serves: a release, nothing (no `current`), or `unknown` because it could not be asked. */
export type Serving =
  | { readonly kind: 'release'; readonly release: ReleaseName }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

/** Who has the lock of a deploy path. */
export interface Holder {
  readonly deployment: DeploymentId;
  readonly kind: DeploymentKind;
  /** `person@machine`. */
  readonly by: string;
  /** Process id of the driver on that machine. */
  readonly pid: number;
  /** ISO 8601 in UTC, by the driver's clock. */
  readonly since: string;
  /** What is deployed: a release name or a short sentence. */
  readonly what: string;
}
