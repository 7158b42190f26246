import { hasServed, type ReleaseRecord } from '../../model/release.ts';
import { lines } from '../../shell/text.ts';
import { type Job, recordOf, type Site, withState } from '../job.ts';
import type { Step } from '../plan.ts';
import { keepRecord, putRecord } from '../records.ts';
import { step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** Records what is in service now and what is not any more: from here on the release counts as one that served. */
export function confirm(
  job: Job,
  site: Site,
  records: { readonly live: ReleaseRecord; readonly leaves: 'retired' | 'bad' },
): Step {
  const before = site.serves === null || site.serves === job.release ? null : recordOf(site, site.serves);
  // A driver that died between activation and confirmation left it in service as ready: it served all the same.
  const served = before && (hasServed(before) ? before : withState(before, 'live', job.wish.nowMs));
  const left = served && withState(served, records.leaves, job.wish.nowMs);
  const live = withState(records.live, 'live', job.wish.nowMs);
  const after = left ? [left, live] : [live];
  const limitMs = job.wish.settings.limits.stepMs;
  return step({
    id: 'confirm',
    title: `record ${job.release} as live`,
    effect: { kind: 'record', records: after },
    script: lines(underLock(site.path, job.wish.deployment), ...after.map(putRecord)),
    limitMs,
    undo: undoneBy({
      title: 'record what was live before',
      effect: { kind: 'record', records: before ? [before, records.live] : [records.live] },
      script: lines(
        underOurLock(site.path, job.wish.deployment),
        keepRecord(records.live),
        before && keepRecord(before),
      ),
      limitMs,
    }),
  });
}
