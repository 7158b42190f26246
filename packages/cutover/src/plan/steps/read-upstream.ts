import { lines, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** A web server that must be told when another port is in service. */
export interface Upstream {
  readonly process: string;
  /** The user's command. */
  readonly reload: string;
}

/** Makes the web server read the port of the release that `current` names by now. */
export function readUpstream(job: Job, site: Site, { process, reload }: Upstream): Step {
  return step({
    id: `reload-${process}`,
    title: `let the web server read the port of ${process}`,
    effect: { kind: 'hook' },
    script: lines(underLock(site.path, job.wish.deployment), sh`sh -e -c ${reload}`),
    limitMs: job.wish.settings.limits.hookMs,
    undo: noUndo('What stands before the swap reads the port again once the swap is taken back.'),
  });
}

/** Stands before the swap for the sake of its undo, which runs after the swap was taken back. */
export function readUpstreamAgain(job: Job, site: Site, { process, reload }: Upstream): Step {
  return step({
    id: `reload-back-${process}`,
    title: `note that the web server reads the port of ${process}`,
    effect: { kind: 'look' },
    script: lines(underLock(site.path, job.wish.deployment), sh`ls -l current 2>/dev/null || :`),
    limitMs: job.wish.settings.limits.stepMs,
    undo: undoneBy({
      title: `let the web server read the port of ${process} from before`,
      effect: { kind: 'hook' },
      script: lines(underOurLock(site.path, job.wish.deployment), sh`sh -e -c ${reload}`),
      limitMs: job.wish.settings.limits.hookMs,
    }),
  });
}
