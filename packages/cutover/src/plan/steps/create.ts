import { cachesFile, releaseRef } from '../../model/layout.ts';
import type { ReleaseRecord } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { type Job, type Site, withState } from '../job.ts';
import type { Step } from '../plan.ts';
import { claimRecord, isOurRecord, putRecords } from '../records.ts';
import { step, undoneBy } from '../step.ts';
import { leftMark, underLock, underOurLock } from './guard.ts';
import { removeWholeFunction } from './remove-whole.ts';
import { tellNoRoom } from './room.ts';
import { inServiceFunction } from './swap.ts';

/** Claims the release's name by its record and makes its directory. */
export function create(job: Job, site: Site): Step {
  const record = newRecord(job);
  const failed = withState(record, 'failed', job.wish.nowMs);
  const { stepMs, transferMs } = job.wish.settings.limits;
  return step({
    id: 'create',
    title: `create release ${job.release}`,
    effect: { kind: 'create', record },
    script: lines(
      underLock(site.path, job.wish.deployment),
      tellNoRoom(),
      claimRecord(record),
      // As its files, whatever the umask of the user: the web server is somebody else.
      sh`mkdir -m 755 releases/${job.release}`,
    ),
    limitMs: stepMs,
    undo: undoneBy({
      title: `remove release ${job.release}`,
      effect: { kind: 'discard', record: failed },
      script: lines(underOurLock(site.path, job.wish.deployment), discardScript(failed)),
      limitMs: transferMs,
    }),
  });
}

/** The record of the release that a deployment builds, before it has any other state. */
function newRecord(job: Job): ReleaseRecord {
  const record: ReleaseRecord = {
    format: 1,
    name: job.release,
    project: job.wish.settings.project,
    revision: job.revision,
    deployment: job.wish.deployment,
    by: job.wish.by,
    adoptedFrom: null,
    states: [],
  };
  return withState(record, 'building', job.wish.nowMs);
}

/** The same record when the release has been proven complete. */
export function readyRecord(job: Job): ReleaseRecord {
  return withState(newRecord(job), 'ready', job.wish.nowMs);
}

/**
 * Renames before it deletes, so that an interrupted removal never looks like a release; the record stays, as failed. It is written
 * last: on a disk that is full there is no room for it before. What cannot be removed is out of the way and taken back all the same. What was in service
 * stays for the requests that began in it, with what is known of its caches, as any old release does.
 */
function discardScript(failed: ReleaseRecord): Shell {
  const { name } = failed;
  return lines(
    removeWholeFunction,
    sh`
      ${isOurRecord(failed)} || exit 0
      ${inServiceFunction}
      in_service
      [ "$serves" != ${name} ] || { echo "current still names this release: it is not removed."; exit 1; }
      if [ -e ${leftMark} ]; then echo "It was in service, and requests may still be in it: a later deployment removes it."
      else
        [ ! -d releases/${name} ] || mv releases/${name} releases/.trash-${name}
        remove_whole releases/.trash-${name} || :
        rm -f ${cachesFile('.', name)}
      fi`,
    putRecords([failed]),
    sh`[ ! -d .cutover/repo.git ] || git --git-dir .cutover/repo.git update-ref -d ${releaseRef(name)}`,
  );
}
