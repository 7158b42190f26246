import type { HostFacts } from '../model/facts.ts';
import type { ReleaseName } from '../model/release.ts';

/** What is to be known of a release that has no record which could be read; nothing of any other. */
export function unrecordedMarks(release: ReleaseName, { records, damagedRecords }: HostFacts): readonly string[] {
  if (records.some(({ name }) => name === release)) return [];
  return [damagedRecords.includes(`${release}.json`) ? 'its record cannot be understood' : 'without a record'];
}
