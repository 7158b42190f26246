import type { Effect } from '../../src/model/effect.ts';
import type { ReleaseRecord } from '../../src/model/release.ts';
import { lastMomentLive, momentAfter } from '../../src/plan/keep.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import type { Safeguard } from './safeguards.ts';

/** The effect with the moments that a host's own clock gives: a state that is new is later than all that was live before, whatever that clock shows. */
export function timed(
  host: MemoryHost,
  effect: Effect,
  by: { readonly clockMs: number; readonly without: ReadonlySet<Safeguard> },
): Effect {
  if (effect.kind !== 'confirm' && effect.kind !== 'record') return effect;
  const earlier = effect.records.map((record) => ({ ...record, states: record.states.slice(0, -1) }));
  const last = lastMomentLive([...host.records.values(), ...earlier]);
  const shown = `${new Date(by.clockMs).toISOString().slice(0, 19)}Z`;
  const at = last === null || shown > last || by.without.has('later moments') ? shown : momentAfter(last);
  return { ...effect, records: effect.records.map((record) => (isOlder(host, record) ? timedAt(record, at) : record)) };
}

/** Whether the host's record lacks the last state of this one; those of before are put back as they were, and those of another tool have moments of their own. */
function isOlder(host: MemoryHost, { name, states }: ReleaseRecord): boolean {
  const known = host.records.get(name);
  return known !== undefined && known.states.length < states.length;
}

function timedAt(record: ReleaseRecord, at: string): ReleaseRecord {
  return {
    ...record,
    states: record.states.map((entry, i) => (i === record.states.length - 1 ? { ...entry, at } : entry)),
  };
}
