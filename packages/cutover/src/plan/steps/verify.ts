import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { putRecordFlushingAll } from '../records.ts';
import { noUndo, step } from '../step.ts';
import { readyRecord } from './create.ts';
import { underLock } from './guard.ts';
import { rehearseSwap, replaceLinkFunction } from './swap.ts';

/** Proves the release complete, tries the swap on a scratch link, puts everything on the disk and records the release as ready. */
export function verify(job: Job, site: Site): Step {
  const ready = readyRecord(job);
  return step({
    id: 'verify',
    title: 'verify the release and flush it to disk',
    effect: { kind: 'verify', record: ready },
    script: lines(
      underLock(site.path, job.wish.deployment),
      isComplete(job),
      sharedLinksLead(job),
      replaceLinkFunction,
      rehearseSwap(job.wish.deployment),
      putRecordFlushingAll(ready),
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('The release is recorded as failed when it is removed.'),
  });
}

function isComplete(job: Job): Shell {
  const release = posix.join('releases', job.release);
  return sh`
    refuse() { echo "$1"; exit ${ScriptExit.refused}; }
    IFS= read -r revision < ${release}/REVISION || revision=
    [ "$revision" = ${job.revision.id} ] || refuse "The release does not hold the revision: REVISION is missing or differs."
    [ ! -e ${release}/.git ] || refuse "The release holds a .git directory."
    if [ -e current ] && [ ! -L current ]; then refuse "current is a real file or directory, not a link: move it away first."; fi`;
}

/** Refuses where a shared path of the release leads nowhere; the script must know `refuse`. */
export function sharedLinksLead(job: Job): Shell {
  const links = job.wish.settings.shared.map((path) => posix.join('releases', job.release, path.from));
  return sh`
    for link in ${links.length > 0 ? links : ['']}; do
      if [ -L "$link" ] && [ ! -e "$link" ]; then refuse "A shared path leads nowhere: $link is a link to $(readlink "$link")."; fi
    done`;
}
