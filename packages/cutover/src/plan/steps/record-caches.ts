import { type CacheRecord, declaredCaches } from '../../model/cache.ts';
import { cachesFile, releaseDir } from '../../model/layout.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/**
 * Writes down which caches are the release's own, so that they can be purged long after the config has changed; null when it has
 * none that were declared.
 */
export function recordCaches(job: Job, site: Site): Step | null {
  const { caches, project, stage, limits } = job.wish.settings;
  if (caches.length === 0) return null;
  const directory = releaseDir(site.path, job.release);
  const owner = { project, stage, host: site.host.name, release: job.release, directory };
  const record: CacheRecord = { format: 1, release: job.release, caches: declaredCaches(caches, owner) };
  const file = cachesFile('.', job.release);
  return step({
    id: 'record-caches',
    title: `note ${caches.length === 1 ? '1 cache' : `${caches.length} caches`} of the release's own`,
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`printf '%s\n' ${JSON.stringify(record)} > ${file}.new && mv -f ${file}.new ${file}`,
    ),
    limitMs: limits.stepMs,
    undo: noUndo('What is known of the caches goes with the release.'),
  });
}
