import type { HostFacts } from '../model/facts.ts';
import { type Intrusion, intrusionIn } from '../model/intrusion.ts';
import type { ReleaseName } from '../model/release.ts';
import { cleanWord } from './clean.ts';

/** What is to be known of a release that has no record which could be read; nothing of any other. */
export function unrecordedMarks(release: ReleaseName, { records, damagedRecords }: HostFacts): readonly string[] {
  if (records.some(({ name }) => name === release)) return [];
  return [damagedRecords.includes(`${release}.json`) ? 'its record cannot be understood' : 'without a record'];
}

/** What was put in service behind Cutover's back, for people. */
export function intrusionNotes(facts: HostFacts): readonly string[] {
  const intrusion = intrusionIn(facts);
  return intrusion === null ? [] : [`${intrusionText(intrusion)}: "cutover check" says more`];
}

/** Who put it there; without the dot at the end. */
export function intrusionText({ by, release }: Intrusion): string {
  return `${by.charAt(0).toUpperCase()}${by.slice(1)} put ${cleanWord(release)} in service, not Cutover`;
}
