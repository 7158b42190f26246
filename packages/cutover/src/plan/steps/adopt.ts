import { lines, sh } from '../../shell/text.ts';
import type { Adoption } from '../adoption.ts';
import type { Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { keepRecords } from '../records.ts';
import { step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** Records the releases of another tool that served; null where there are none to take over. Nothing of theirs is touched. */
export function adoptRecords(wish: Wish, { site, records }: Adoption): Step | null {
  if (records.length === 0) return null;
  const limitMs = wish.settings.limits.stepMs;
  const files = records.map((record) => `.cutover/releases/${record.name}.json`);
  return step({
    id: 'adopt',
    title: `take over ${records.length === 1 ? '1 release' : `${records.length} releases`} of ${records[0]?.adoptedFrom}`,
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
