import type { DeploymentId, Holder } from './deployment.ts';
import type { ReleaseName, ReleaseRecord } from './release.ts';
import type { OnLost } from './settings.ts';

/**
 * What a step does to a host, as data. The script beside it is how; this is what: the linter, the plan's readers and the
 * in-memory fleet go by it, and a conformance test holds that the script does the same on a real file system.
 */
export type Effect =
  /** Takes the lock; refuses when it is held or when the host serves something else than the plan was made for. */
  | {
      readonly kind: 'lock';
      readonly holder: Holder;
      readonly serves: ReleaseName | null;
      /** Whose lock it is, when that deployment is dead: taken over if it really gives no sign of life. */
      readonly takesOver: TakeOver | null;
    }
  /** Frees the lock if this deployment holds it. */
  | { readonly kind: 'unlock'; readonly deployment: string }
  /** Claims a release directory and records it as building. */
  | { readonly kind: 'create'; readonly record: ReleaseRecord }
  /** Marks a release of this deployment as failed and removes its directory. */
  | { readonly kind: 'discard'; readonly record: ReleaseRecord }
  /** Puts the revision's files into the release, and uses a spare up where there is one to take. */
  | { readonly kind: 'receive'; readonly release: ReleaseName; readonly takesSpare: boolean }
  /** Begins a spare of the release in service, for the next one to start from; what was there as such goes. */
  | { readonly kind: 'spare' }
  /** Changes files inside the release only, or shared directories that must exist. */
  | { readonly kind: 'build'; readonly release: ReleaseName }
  /** Proves a release complete and records it as ready. */
  | { readonly kind: 'verify'; readonly record: ReleaseRecord }
  /** Makes everything ready for the swap: the link, and the guard that will take it back unless it is confirmed in time. */
  | {
      readonly kind: 'arm';
      readonly release: ReleaseName;
      readonly previous: ReleaseName | null;
      readonly guard: GuardOrder;
    }
  /** Swaps `current` to the release, from when on its guard counts; refuses where that is gone. */
  | { readonly kind: 'activate'; readonly release: ReleaseName; readonly previous: ReleaseName | null }
  /** Gives the guard its whole time once more; refuses when the host went back already. */
  | { readonly kind: 'extend'; readonly deployment: DeploymentId }
  /** Decides that the activation stays, and writes the records that say so; refuses when the host went back already. */
  | { readonly kind: 'confirm'; readonly deployment: DeploymentId; readonly records: readonly ReleaseRecord[] }
  /** Takes an activation back: `current` names `previous` again, or is gone. */
  | { readonly kind: 'restore'; readonly release: ReleaseName; readonly previous: ReleaseName | null }
  /** Writes release records: what is taken over, what was live before. */
  | { readonly kind: 'record'; readonly records: readonly ReleaseRecord[] }
  /** Removes records that this deployment wrote; the releases stay. */
  | { readonly kind: 'forget'; readonly releases: readonly ReleaseName[] }
  /** Removes releases and their records. */
  | { readonly kind: 'prune'; readonly releases: readonly ReleaseName[] }
  /** Removes what releases hold in caches outside their directories; what could not be removed is noted as owed. */
  | { readonly kind: 'purge'; readonly releases: readonly ReleaseName[] }
  /** Starts a process of a release, which is healthy afterwards; `serves` one that takes requests. */
  | { readonly kind: 'start'; readonly release: ReleaseName; readonly process: string; readonly serves: boolean }
  /** Stops that process; refuses when it takes requests and its release is in service. */
  | { readonly kind: 'stop'; readonly release: ReleaseName; readonly process: string; readonly serves: boolean }
  /** Stops the processes of all releases but this one, which must be in service. */
  | { readonly kind: 'retire'; readonly release: ReleaseName }
  /** Takes a server out of what a load balancer balances over. */
  | { readonly kind: 'take-out'; readonly server: string }
  | { readonly kind: 'put-back'; readonly server: string }
  /** Writes a shared file, keeping the one before until the deployment is over. */
  | { readonly kind: 'write-shared'; readonly path: string }
  | { readonly kind: 'restore-shared'; readonly path: string }
  /** Work of a recipe beside the release's files: a migration of the database, a signal to workers. */
  | { readonly kind: 'task'; readonly name: string }
  /** Writes what is only for people to read. */
  | { readonly kind: 'note' }
  /** The user's own text: may do anything that is the user's. */
  | { readonly kind: 'hook' }
  /** Looks, and changes nothing. */
  | { readonly kind: 'look' };

/** What the guard of an activation is to do. */
export interface GuardOrder {
  /** Milliseconds from the activation, and again from each extension. */
  readonly withinMs: number;
  readonly onLost: OnLost;
  /** What the record of the release becomes when the host has gone back; null leaves it as it is: the release served before. */
  readonly failed: ReleaseRecord | null;
}

/** A lock whose owner is dead, and what proves it. */
export interface TakeOver {
  readonly deployment: DeploymentId;
  /** It must have been silent for so long, in milliseconds by the host's own clock. */
  readonly silentMs: number;
}
