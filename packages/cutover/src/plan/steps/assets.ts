import { posix } from 'node:path/posix';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { tellNoRoom } from './room.ts';

/**
 * Lets the hashed assets of the release in service live on in the new one, by hard link and never over a file of its own:
 * a quarter of the page views around a swap otherwise ask for an asset that is gone. Null when there is nothing to carry.
 */
export function carryAssets(job: Job, site: Site): Step | null {
  const { assets, limits } = job.wish.settings;
  if (assets.length === 0) return null;
  return step({
    id: 'assets',
    title: 'carry the assets of the release in service over',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      tellNoRoom(),
      ...assets.map((directory) => carryOne(job, site, directory)),
    ),
    limitMs: limits.stepMs,
    undo: noUndo(
      'More names of hashed files harm nothing where they are; the files stay in the release they came from.',
    ),
  });
}

/** What a release itself built is listed beside it, so that only that is handed on: assets live for one release more, not for ever. */
function carryOne(job: Job, site: Site, directory: string): Shell {
  const to = posix.join('releases', job.release, directory);
  const own = listOf(job.release, directory);
  const list = sh`[ -f ${own} ] || { [ ! -d ${to} ] || (cd ${to} && find . -type f); } > ${own}`;
  return site.serves === null ? list : lines(list, handOn(directory, { from: site.serves, to: job.release }));
}

/** Gives the release that will serve next the assets that the one before it built; visitors still have its pages open. */
export function handOn(directory: string, releases: { readonly from: ReleaseName; readonly to: ReleaseName }): Shell {
  const from = posix.join('releases', releases.from, directory);
  const to = posix.join('releases', releases.to, directory);
  const own = listOf(releases.from, directory);
  return sh`
    if [ -d ${from} ]; then
      if [ -f ${own} ]; then cat ${own}; else (cd ${from} && find . -type f); fi |
        while IFS= read -r file; do
          if [ ! -f ${from}/"$file" ] || [ -e ${to}/"$file" ] || [ -L ${to}/"$file" ]; then continue; fi
          mkdir -p ${to}/"\${file%/*}" 2>/dev/null || continue
          ln ${from}/"$file" ${to}/"$file" 2>/dev/null || cp -p ${from}/"$file" ${to}/"$file"
        done
    fi`;
}

function listOf(release: ReleaseName, directory: string): string {
  return `.cutover/releases/${release}.assets-${directory.replaceAll('/', '%')}`;
}
