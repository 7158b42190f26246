import type { Holder } from '../model/deployment.ts';
import type { ClosedFacts, LinkedFacts } from '../model/facts.ts';
import type { HostName } from '../model/host.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Layout } from '../model/settings.ts';

/** Why a plan is not made: nothing was changed anywhere. */
export type Refusal =
  /** Another deployment of the stage holds the lock; `holder` is null where the lock does not say. */
  | {
      readonly kind: 'locked';
      readonly host: HostName;
      readonly holder: Holder | null;
      readonly stage: string;
      readonly config?: string | undefined;
    }
  /** These hosts lead to one machine, and there to one directory, which has these paths. */
  | {
      readonly kind: 'one-directory';
      readonly hosts: readonly HostName[];
      readonly paths: readonly string[];
      readonly serves: ReleaseName | null;
    }
  /** `current` is a real file or directory, or a link that leads elsewhere (`target`). */
  | { readonly kind: 'current-not-a-release'; readonly host: HostName; readonly target: string | null }
  /** The releases at the deploy path are those of `owner`, another project than the config's. */
  | {
      readonly kind: 'other-project';
      readonly host: HostName;
      readonly path: string;
      readonly owner: string;
      readonly project: string;
      readonly serves: ReleaseName | null;
    }
  /** Something else than a directory stands where the deploy path is to be. */
  | { readonly kind: 'deploy-path-unusable'; readonly host: HostName; readonly path: string }
  /** The deploy path is not there and cannot be made by `user`; `parent` is what keeps it from being made, where that is known. */
  | {
      readonly kind: 'cannot-create';
      readonly host: HostName;
      readonly path: string;
      readonly user: string;
      readonly parent: ClosedFacts | null;
    }
  /** Directories that a deployment writes in are closed to `user`. */
  | {
      readonly kind: 'not-writable';
      readonly host: HostName;
      readonly user: string;
      readonly closed: readonly ClosedFacts[];
      readonly serves: ReleaseName | null;
    }
  /** Absolute paths of shared files that must exist first. */
  | { readonly kind: 'missing-shared'; readonly host: HostName; readonly files: readonly string[] }
  /** Shared paths are missing where the layout of the config keeps them, and lie where the other one does: what is there, and where it belongs. */
  | {
      readonly kind: 'misplaced-shared';
      readonly host: HostName;
      readonly layout: Layout;
      readonly moves: readonly { readonly from: string; readonly to: string }[];
    }
  /** None of the tools, any list of which would do, is there. */
  | { readonly kind: 'missing-tools'; readonly host: HostName; readonly needs: readonly (readonly string[])[] }
  /** The layout of the config is not the one that is there. */
  | { readonly kind: 'other-layout'; readonly host: HostName; readonly found: string; readonly layout: string }
  /** The release in service, which another tool built, has these links, and the config names nothing that would take their place. */
  | {
      readonly kind: 'unshared-links';
      readonly host: HostName;
      readonly release: ReleaseName;
      /** The one that is there. */
      readonly layout: Layout;
      readonly links: readonly LinkedFacts[];
    }
  /** Deployer's lock is there. */
  | {
      readonly kind: 'foreign-lock';
      readonly host: HostName;
      readonly by: string;
      readonly since: string | null;
      readonly path: string;
      readonly serves: ReleaseName | null;
    }
  | { readonly kind: 'damaged-records'; readonly host: HostName; readonly files: readonly string[] }
  /** The revision cannot be deployed: whole sentences that say why and what to do. */
  | { readonly kind: 'unfit-revision'; readonly message: string }
  /** No host receives code. */
  | { readonly kind: 'no-hosts' }
  /** A rollback to a release that the host does not have, or that never served. */
  | {
      readonly kind: 'no-such-release';
      readonly host: HostName;
      readonly release: ReleaseName;
      readonly known: readonly ReleaseName[];
    }
  | {
      readonly kind: 'never-served';
      readonly host: HostName;
      readonly release: ReleaseName;
      readonly known: readonly ReleaseName[];
    }
  /** What is in service is not purged. */
  | { readonly kind: 'in-service'; readonly host: HostName; readonly release: ReleaseName }
  | { readonly kind: 'already-serving'; readonly release: ReleaseName }
  /** There is nothing to go back to on this host, unless it is one that was rolled back from. */
  | { readonly kind: 'no-earlier-release'; readonly host: HostName; readonly bad: readonly ReleaseName[] }
  /** Hosts would go back to different releases: one must be named. `common` is one that all of them serve or could go back to. */
  | {
      readonly kind: 'hosts-differ';
      readonly targets: Readonly<Record<HostName, ReleaseName>>;
      readonly common: ReleaseName | null;
    }
  | { readonly kind: 'nothing-to-adopt' };

/** Whether it is about this host, or this one among others. */
export function isAbout(refusal: Refusal, host: HostName): boolean {
  if ('host' in refusal) return refusal.host === host;
  return 'hosts' in refusal && refusal.hosts.includes(host);
}

/** A plan, or every reason why there is none. */
export type Planned<T> =
  | { readonly ok: true; readonly plan: T }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** The answer of a planner that refuses. */
export function refused(refusals: readonly Refusal[]): { readonly ok: false; readonly refusals: readonly Refusal[] } {
  return { ok: false, refusals };
}
