import type { HostFacts } from './facts.ts';
import { hasServed, type ReleaseName } from './release.ts';

/** A release that was put in service behind Cutover's back, on a host where it deployed before, and by whom. */
export interface Intrusion {
  readonly release: ReleaseName;
  readonly by: string;
}

/** What to do about it, for whoever is told of it. */
export const intrusionAdvice =
  'Let nothing but Cutover deploy there: other tools do not know its lock, and remove its releases.';

/** What is in service without a record where Cutover deployed before; null where nothing is. A record that cannot be read is one. */
export function intrusionIn(facts: HostFacts): Intrusion | null {
  const { current, records, damagedRecords } = facts;
  if (current.kind !== 'release' || !current.exists || !hasDeployed(facts)) return null;
  const { release } = current;
  const isRecorded = records.some(({ name }) => name === release) || damagedRecords.includes(`${release}.json`);
  return isRecorded ? null : { release, by: builderIn(facts) };
}

/** Whether releases served there that Cutover knows of. */
export function hasDeployed({ records }: HostFacts): boolean {
  return records.some(hasServed);
}

/** Who left releases without a record: somebody may as well have lost the record of one of ours. */
export function builderIn(facts: HostFacts): string {
  const { kind } = facts.foreign;
  if (kind !== 'none' && kind !== 'other') return kind;
  return hasDeployed(facts) ? 'an unknown hand' : 'another tool';
}
