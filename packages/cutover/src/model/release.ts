import type { DeploymentId } from './deployment.ts';
import type { Revision } from './revision.ts';

/** The name of a directory under `releases/`: UTC time `YYYYMMDDHHmmss`; adopted releases keep the name they have. */
export type ReleaseName = string;

/** One value for each release. */
export type ByRelease<T> = Readonly<Record<ReleaseName, T>>;

/** Where a release stands: `building → ready → live → retired`, or `failed` (never served), or `bad` (rolled back from). */
export type ReleaseState = 'building' | 'ready' | 'live' | 'retired' | 'failed' | 'bad';

/** What Cutover knows of one release on one host: the content of `.cutover/releases/<name>.json`. */
export interface ReleaseRecord {
  readonly format: 1;
  readonly name: ReleaseName;
  /** Whose release it is; null in records from before projects were recorded. */
  readonly project: string | null;
  readonly revision: Revision;
  /** The deployment that built it. */
  readonly deployment: DeploymentId;
  /** Who deployed it, as `person@machine`. */
  readonly by: string;
  /** Where it was taken over from, when another tool built it. */
  readonly adoptedFrom: string | null;
  /** Oldest first; the last one is the present state. */
  readonly states: readonly StateEntry[];
}

/** A state that a release came into. */
export interface StateEntry {
  readonly state: ReleaseState;
  /** ISO 8601 in UTC, by the host's own clock. */
  readonly at: string;
}

/** The present state of a release. */
export function stateOf(record: ReleaseRecord): ReleaseState {
  return record.states.at(-1)?.state ?? 'building';
}

/** Whether visitors were ever served from it: only such a release can be rolled back to. */
export function hasServed(record: ReleaseRecord): boolean {
  return record.adoptedFrom !== null || record.states.some((entry) => entry.state === 'live');
}

/** Whether a release was taken back before visitors were served from it. */
export function wasUndone(record: ReleaseRecord): boolean {
  return stateOf(record) === 'failed' && !hasServed(record);
}

/** The release name of a moment, in UTC. */
export function releaseNameAt(epochMs: number): ReleaseName {
  return new Date(epochMs).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** The order of names: other tools number their releases, and 10 comes after 9. */
export function byName(a: ReleaseName, b: ReleaseName): number {
  if (a === b) return 0;
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return a < b ? -1 : 1;
}
