import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { rehearseSwap, replaceLinkFunction } from './swap.ts';
import { sharedLinksLead } from './verify.ts';

/** Looks whether a release that served before is still whole: its directory has content and its shared links lead somewhere. */
export function verifyTarget(job: Job, site: Site): Step {
  const release = posix.join('releases', job.release);
  return step({
    id: 'verify',
    title: `verify release ${job.release}`,
    effect: { kind: 'look' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`
        refuse() { echo "$1"; exit ${ScriptExit.refused}; }
        [ -n "$(ls -A ${release} 2>/dev/null)" ] || refuse "The release is gone or empty."`,
      sharedLinksLead(job),
      replaceLinkFunction,
      rehearseSwap(job.wish.deployment),
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}
