import { incomingDir } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { type Job, processesAt, type Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';

/** A web server that must be told when another port is in service. */
export interface Upstream {
  readonly process: string;
  /** The user's command. */
  readonly reload: string;
}

/** The web servers' upstreams that a host has; none where sockets say by themselves what is in service. */
export function upstreamsAt(job: Job, site: Site): readonly Upstream[] {
  return processesAt(job, site).flatMap(({ name, listen }) =>
    listen?.kind === 'ports' ? [{ process: name, reload: listen.reload }] : [],
  );
}

/** Makes the web server read the port of the release that `current` names by now. */
export function readUpstream(job: Job, site: Site, { process, reload }: Upstream): Step {
  return step({
    id: `reload-${process}`,
    title: `let the web server read the port of ${process}`,
    effect: { kind: 'hook' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`
        : > ${toldMark(job, process)}
        sh -e -c ${reload} || {
          code=$?
          rm -f ${toldMark(job, process)}
          printf 'The web server reads no other port until this succeeds as %s: %s\n' "$(id -un)" ${reload}
          exit "$code"
        }`,
    ),
    limitMs: job.wish.settings.limits.hookMs,
    undo: noUndo('What stands before the swap reads the port again once the swap is taken back.'),
  });
}

/** Stands before the swap for the sake of its undo, which runs after the swap was taken back. */
export function readUpstreamAgain(job: Job, site: Site, upstream: Upstream): Step {
  const { process } = upstream;
  return step({
    id: `reload-back-${process}`,
    title: `note that the web server reads the port of ${process}`,
    effect: { kind: 'look' },
    script: lines(underLock(site.path, job.wish.deployment), sh`ls -l current 2>/dev/null || :`),
    limitMs: job.wish.settings.limits.stepMs,
    undo: undoneBy({
      title: `let the web server read the port of ${process} from before`,
      effect: { kind: 'hook' },
      script: lines(underOurLock(site.path, job.wish.deployment), readPortBack(job, site, upstream)),
      limitMs: job.wish.settings.limits.hookMs,
    }),
  });
}

/**
 * Makes the web server read the port from before. Where it cannot be told, that matters only if it was told of the new one: otherwise it still
 * has the port from before. Where nothing was in service there is none.
 */
export function readPortBack(job: Job, site: Site, { process, reload }: Upstream): Shell {
  const untold = sh`echo "The web server was not told of another port: it goes on as before."`;
  return sh`
    sh -e -c ${reload} || {
      code=$?
      ${
        site.serves === null
          ? sh`echo "There is no port from before, for nothing was in service."`
          : sh`if [ -e ${toldMark(job, process)} ]; then exit "$code"; fi; ${untold}`
      }
    }`;
}

/** There from the moment in which the web server is told of the release's port, unless that fails. */
function toldMark(job: Job, process: string): string {
  return `${incomingDir('.', job.wish.deployment)}/${process}.told`;
}
