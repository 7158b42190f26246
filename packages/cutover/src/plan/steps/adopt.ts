import type { ReleaseRecord } from '../../model/release.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Adoption } from '../adoption.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { keepRecords, replaceRecords } from '../records.ts';
import { step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** Records the releases of another tool that served; null where there are none to take over. Nothing of theirs is touched. */
export function adoptRecords(wish: Wish, { site, records }: Adoption): Step | null {
  if (records.length === 0) return null;
  const limitMs = wish.settings.limits.stepMs;
  const files = records.map((record) => `.cutover/releases/${record.name}.json`);
  return step({
    id: 'adopt',
    title: `take over ${releases(records)} of ${records[0]?.adoptedFrom}`,
    effect: { kind: 'record', records },
    script: lines(underLock(site.path, wish.deployment), keepRecords(records)),
    limitMs,
    undo: undoneBy({
      title: 'forget the releases that were taken over',
      effect: { kind: 'forget', releases: records.map((record) => record.name) },
      script: lines(underOurLock(site.path, wish.deployment), sh`rm -f ${files}`),
      limitMs,
    }),
  });
}

/** Records releases of another project as this one's; null where there are none. */
export function renameRecords(wish: Wish, site: Site, theirs: readonly ReleaseRecord[]): Step | null {
  if (theirs.length === 0) return null;
  const { limits, project } = wish.settings;
  const ours = theirs.map((record) => ({ ...record, project }));
  return step({
    id: 'adopt',
    title: `take over ${releases(theirs)} of the project ${theirs[0]?.project}`,
    effect: { kind: 'record', records: ours },
    script: lines(underLock(site.path, wish.deployment), replaceRecords(ours)),
    limitMs: limits.stepMs,
    undo: undoneBy({
      title: 'give the releases back that were taken over',
      effect: { kind: 'record', records: theirs },
      script: lines(underOurLock(site.path, wish.deployment), replaceRecords(theirs)),
      limitMs: limits.stepMs,
    }),
  });
}

function releases(records: readonly ReleaseRecord[]): string {
  return records.length === 1 ? '1 release' : `${records.length} releases`;
}
