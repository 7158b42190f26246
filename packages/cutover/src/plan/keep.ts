import type { HostFacts } from '../model/facts.ts';
import { byName, hasServed, type ReleaseName, type ReleaseRecord, stateOf } from '../model/release.ts';
import { servedBy } from './job.ts';

/** When a release last went live, for order; its name where it never did. */
function lastServed(record: ReleaseRecord): string {
  return record.states.findLast((entry) => entry.state === 'live')?.at ?? record.states[0]?.at ?? '';
}

/**
 * The latest moment at which any of these went live; null where none did. Whatever goes live next is recorded as later than that: the
 * clock of a host may have been set back meanwhile, and the order in which releases served is told by these moments.
 */
export function lastMomentLive(records: readonly ReleaseRecord[]): string | null {
  const moments = records.flatMap(({ states }) => states.flatMap(({ state, at }) => (state === 'live' ? [at] : [])));
  return (
    moments
      .filter((at) => !Number.isNaN(Date.parse(at)))
      .sort()
      .at(-1) ?? null
  );
}

/** The next second. */
export function momentAfter(moment: string): string {
  return `${new Date(Date.parse(moment) + 1000).toISOString().slice(0, 19)}Z`;
}

/** Releases that can be gone back to, the one that served last first; the one in service is not among them. */
export function rollbackTargets(facts: HostFacts): readonly ReleaseRecord[] {
  const serves = servedBy(facts);
  return facts.records
    .filter((record) => record.name !== serves && hasServed(record) && facts.directories.includes(record.name))
    .sort((a, b) => byMoment(lastServed(b), lastServed(a)) || byName(b.name, a.name));
}

/** Releases that a rollback without a name would take: those that nobody has rolled back from. */
export function goodTargets(facts: HostFacts): readonly ReleaseRecord[] {
  return rollbackTargets(facts).filter((record) => stateOf(record) !== 'bad');
}

/**
 * Releases to remove so that `keep` good ones stay, the one in service among them. What never served goes first and never
 * counts; the one before the one in service always stays, whatever `keep` says.
 */
export function prunable(facts: HostFacts, keep: number): readonly ReleaseName[] {
  const serves = servedBy(facts);
  const stay = new Set(
    goodTargets(facts)
      .slice(0, Math.max(keep - 1, 1))
      .map((record) => record.name),
  );
  return facts.records
    .map((record) => record.name)
    .filter((name) => name !== serves && !stay.has(name))
    .sort(byName);
}

/** Moments of one form are in the order of time. */
function byMoment(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
