import type { DeploymentId, DeploymentKind, Holder } from '../model/deployment.ts';
import type { TakeOver } from '../model/effect.ts';
import type { HostFacts } from '../model/facts.ts';
import type { Failure } from '../model/failure.ts';
import type { ByHost, Host } from '../model/host.ts';
import type { AppProcess } from '../model/process.ts';
import type { ReleaseName, ReleaseRecord, ReleaseState } from '../model/release.ts';
import { stateOf } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';
import type { Settings } from '../model/settings.ts';
import { lostOwner } from './lost-owner.ts';

/** What every planner starts from: who wants what, when, and what the hosts were found to be. */
export interface Wish {
  readonly settings: Settings;
  readonly facts: ByHost<HostFacts>;
  readonly deployment: DeploymentId;
  /** `person@machine`. */
  readonly by: string;
  readonly pid: number;
  /** Milliseconds since 1970, by the driver's clock. */
  readonly nowMs: number;
  /** Hosts of the stage that did not answer and that the config lets be left out; none unless it is said. */
  readonly leftOut?: ByHost<Failure>;
}

/** What is the same on all hosts of one deployment. */
export interface Job {
  readonly wish: Wish;
  /** The release that will be in service. */
  readonly release: ReleaseName;
  readonly revision: Revision;
  /** What each host served when the plan was made. */
  readonly previous: ByHost<ReleaseName | null>;
  readonly holder: Holder;
}

/** One host that receives code, as it was found. */
export interface Site {
  readonly host: Host;
  readonly path: string;
  readonly facts: HostFacts;
  /** The release in service, which is the plan's basis. */
  readonly serves: ReleaseName | null;
  /** The dead deployment whose lock is taken over. */
  readonly takesOver: TakeOver | null;
}

/** Who asks for the lock, as the holder file will say. */
export function holderFor(wish: Wish, kind: DeploymentKind, what: string): Holder {
  return {
    deployment: wish.deployment,
    kind,
    by: wish.by,
    pid: wish.pid,
    since: isoSeconds(wish.nowMs),
    what,
  };
}

/** The processes that run on a host. */
export function processesAt({ wish }: Job, { host }: Site): readonly AppProcess[] {
  return wish.settings.processes.filter(({ hosts }) => hosts.includes(host.name));
}

/** The hosts that receive code, in the order of the config. */
export function sitesOf(wish: Wish): readonly Site[] {
  return wish.settings.hosts
    .filter((host) => host.receivesCode)
    .map((host) => {
      const facts = wish.facts[host.name];
      if (!facts) throw new TypeError(`The planner was not given the facts of ${host.name}.`);
      return {
        host,
        path: host.deployPath,
        facts,
        serves: servedBy(facts),
        takesOver: lostOwner(facts, wish.settings.confirmation),
      };
    });
}

/** The release that a host serves; null when nothing is in service or `current` is not a link to a release. */
export function servedBy(facts: HostFacts): ReleaseName | null {
  return facts.current.kind === 'release' && facts.current.exists ? facts.current.release : null;
}

/** The record of a release on a host. */
export function recordOf(site: Site, release: ReleaseName): ReleaseRecord | null {
  return site.facts.records.find((record) => record.name === release) ?? null;
}

/** The record of a release that served on the host before. */
export function servedRecord(site: Site, release: ReleaseName): ReleaseRecord {
  const record = recordOf(site, release);
  if (!record) throw new TypeError(`${site.host.name} has no record of ${release}.`);
  return record;
}

/** The record as it will be after one more state; a state that is the present one already is not written twice. */
export function withState(record: ReleaseRecord, state: ReleaseState, nowMs: number): ReleaseRecord {
  if (stateOf(record) === state && record.states.length > 0) return record;
  return { ...record, states: [...record.states, { state, at: isoSeconds(nowMs) }] };
}

/** ISO 8601 in UTC, to the second. */
function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
