import { ScriptExit } from '../../model/failure.ts';
import { type ReleaseRecord, stateOf } from '../../model/release.ts';
import { whyUnwritten } from '../../shell/room.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { type Job, type Site, servedRecord, withState } from '../job.ts';
import { lastMomentLive, momentAfter } from '../keep.ts';
import type { Step } from '../plan.ts';
import { draftRecords, keepRecords, putDrafted } from '../records.ts';
import { decideFunction, guardAt } from '../revert-guard.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** Gives the guards of all hosts their whole time once more: what can still go wrong between the first confirmation and the last is a moment. */
export function extend(job: Job, site: Site): Step {
  const { deployment, settings } = job.wish;
  return step({
    id: 'extend',
    title: 'make sure that it still serves the new release',
    effect: { kind: 'extend', deployment },
    script: lines(underLock(site.path, deployment), decidedFor(job, 'extended')),
    limitMs: settings.limits.stepMs,
    undo: noUndo('It only gives the host more time before it would go back by itself.'),
  });
}

/** Either the host goes back by itself, or this is heard in time: one of the two. */
function decidedFor(job: Job, word: 'extended' | 'confirmed'): Shell {
  return lines(
    guardAt(job.wish.deployment),
    decideFunction,
    whyUnwritten,
    sh`
      decide ${word} || {
        if [ "$decided" = reverted ]; then echo "This host has gone back by itself: ${sh`${job.release}`} was not confirmed in time. Where checks and hooks take longer, set confirmWithin."
        elif [ ! -d "$guard" ]; then echo "The guard of this activation is gone."
        else
          echo "That this host stays with the new release could not be written down in .cutover/."
          if why_unwritten "$guard"; then exit ${ScriptExit.noRoom}; fi
        fi
        exit ${ScriptExit.refused}
      }`,
  );
}

/** Writes beside their places what `confirm` puts there, at the moment of the swap: they reach the disk with it. */
export function draftService(job: Job, site: Site, fresh: ReleaseRecord | null): Shell {
  return lines(
    whyUnwritten,
    sh`
      {
      ${draftRecords(recordsAfter(job, site, fresh), lastMomentLive([...site.facts.records, ...recordsLeft(job, site, fresh)]))}
      } || ${unrecorded}`,
  );
}

/** What is said where that fails, and by which it fails. */
const unrecorded = sh`
  {
    echo "What is in service could not be recorded in .cutover/releases/."
    if why_unwritten .cutover/releases; then exit ${ScriptExit.noRoom}; fi
    exit ${ScriptExit.refused}
  }`;

/**
 * Decides that the release stays, then records what is in service now and what is not any more: from here on it counts as one that served.
 * `fresh` is the record of a release that never served before, null for one that did.
 */
export function confirm(job: Job, site: Site, fresh: ReleaseRecord | null): Step {
  const before = inServiceBefore(job, site);
  const live = fresh ?? servedRecord(site, job.release);
  const after = recordsAfter(job, site, fresh);
  const limitMs = job.wish.settings.limits.stepMs;
  return step({
    id: 'confirm',
    title: `record ${job.release} as live`,
    effect: { kind: 'confirm', deployment: job.wish.deployment, records: after },
    script: lines(
      underLock(site.path, job.wish.deployment),
      decidedFor(job, 'confirmed'),
      sh`${putDrafted(after)} || ${unrecorded}`,
    ),
    limitMs,
    undo: undoneBy({
      title: 'record what was live before',
      effect: { kind: 'record', records: [...before, live] },
      script: lines(underOurLock(site.path, job.wish.deployment), keepRecords([live, ...before])),
      limitMs,
    }),
  });
}

function recordsAfter(job: Job, site: Site, fresh: ReleaseRecord | null): readonly ReleaseRecord[] {
  const live = withState(fresh ?? servedRecord(site, job.release), 'live', job.wish.nowMs);
  return [...recordsLeft(job, site, fresh), live];
}

/** Whoever goes back leaves what is bad. */
function recordsLeft(job: Job, site: Site, fresh: ReleaseRecord | null): readonly ReleaseRecord[] {
  const { nowMs } = job.wish;
  return inServiceBefore(job, site).map((record) => {
    // A driver that died between activation and confirmation left it in service as ready, or a person put it back by hand: it served all the same, and last.
    const served = record.name === site.serves ? withState(record, 'live', lastMs(job, site)) : record;
    return withState(served, record.name !== site.serves || fresh ? 'retired' : 'bad', nowMs);
  });
}

/** The moment after all that is recorded as live there: no clock here tells when it was. */
function lastMs({ wish }: Job, { facts }: Site): number {
  const last = lastMomentLive(facts.records);
  return last === null ? wish.nowMs : Date.parse(momentAfter(last));
}

/** What is in service, and what is still recorded so although something else was put in its place behind Cutover's back. */
function inServiceBefore({ release }: Job, { facts, serves }: Site): readonly ReleaseRecord[] {
  return facts.records.filter(
    (record) => record.name !== release && (record.name === serves || stateOf(record) === 'live'),
  );
}
