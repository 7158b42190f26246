import { ScriptExit } from '../../model/failure.ts';
import { currentTarget } from '../../model/layout.ts';
import type { ReleaseName, ReleaseRecord } from '../../model/release.ts';
import { aliveFunctions } from '../../shell/alive.ts';
import { flushAll } from '../../shell/durable.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { guardOrder } from '../confirmation.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { armGuard, awaitGuard, type GuardedActivation, guardAt, launchGuard } from '../revert-guard.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { handOn } from './assets.ts';
import { readPortsBack, stopBack } from './back.ts';
import { historyLine } from './closing.ts';
import { draftService } from './confirm.ts';
import { settleBack } from './fpm/settle.ts';
import { leftMark, underLock, underOurLock } from './guard.ts';
import { draftLink, inServiceFunction, putLink, replaceLinkFunction } from './swap.ts';

/**
 * Makes ready what the swap needs, while hosts still wait for one another: the new link, and the guard on the host that takes the swap back
 * unless it is confirmed in time. `fresh` is the record of a release that never served before, null for one that did.
 */
export function arm(job: Job, site: Site, fresh: ReleaseRecord | null): Step {
  const { release } = job;
  const { deployment, settings } = job.wish;
  const guarded = guardedBy(job, site, fresh);
  return step({
    id: 'arm',
    title: `make ready to put ${release} in service`,
    effect: { kind: 'arm', release, previous: site.serves, guard: guarded.order },
    script: lines(
      underLock(site.path, deployment),
      draftLink(currentTarget(release), 'current'),
      launchGuard({
        ...guarded,
        restore: restoreScript(job, site, 'back'),
        afterwards: stopBack(job, site),
        history: wentBack(job, site),
      }),
    ),
    limitMs: settings.limits.stepMs,
    undo: noUndo('The guard does nothing before the swap, and goes with the lock.'),
  });
}

/** Puts the release in service, once it is armed: one rename of the link, read back, and flushed to disk with what is recorded of it once that is confirmed. */
export function activate(job: Job, site: Site, fresh: ReleaseRecord | null): Step {
  const { release } = job;
  const { deployment, settings } = job.wish;
  const { stepMs } = settings.limits;
  const previous = site.serves;
  return step({
    id: 'activate',
    title: `put ${release} in service`,
    effect: { kind: 'activate', release, previous },
    script: lines(
      underLock(site.path, deployment),
      sh`[ -d releases/${release} ] || { echo "The release is gone."; exit ${ScriptExit.refused}; }`,
      armGuard(guardedBy(job, site, fresh)),
      replaceLinkFunction,
      putLink(currentTarget(release), 'current'),
      draftService(job, site, fresh),
      flushAll('.'),
    ),
    limitMs: stepMs,
    undo: undoneBy({
      title: previous === null ? 'take the release out of service' : `put ${previous} back in service`,
      effect: { kind: 'restore', release, previous },
      script: lines(
        underOurLock(site.path, deployment),
        aliveFunctions,
        guardAt(deployment),
        awaitGuard,
        restoreScript(job, site, 'current'),
      ),
      limitMs: stepMs,
    }),
  });
}

function guardedBy(job: Job, { path, serves }: Site, fresh: ReleaseRecord | null): GuardedActivation {
  const { deployment } = job.wish;
  return { deployment, path, release: job.release, previous: serves, order: guardOrder(job, fresh) };
}

/**
 * Goes back only from this deployment's own release: what another one put in service stays. Where it is not the guard who goes back, nothing
 * is left for it to do, and whoever comes next has no guard to wait for.
 */
function restoreScript(job: Job, site: Site, name: 'current' | 'back'): Shell {
  const previous = site.serves;
  const last = name === 'back' ? readPortsBack(job, site) : sh`[ -e "$guard/outcome" ] || rm -rf "$guard"`;
  const settled = lines(settleBack(job, site, previous) ?? sh`:`, last);
  const expected = previous ?? '';
  return lines(
    sh`
      ${inServiceFunction}
      in_service
      settle() {
      ${settled}
      }
      if [ "$serves" = ${expected} ]; then settle; exit 0; fi
      [ "$serves" = ${job.release} ] || { echo "Something else is in service by now: \${serves:-nothing}"; exit ${ScriptExit.refused}; }`,
    previous === null ? removeCurrent : goBack(job, previous, name),
    sh`{ printf '' > ${leftMark}; } 2>/dev/null || :`,
    flushAll('.'),
    sh`settle`,
  );
}

/** Out of the way by a rename, as the swap is one: it fails when the lock is another's by now. */
const removeCurrent = sh`
  rm -f "$hold/gone"
  mv -f current "$hold/gone"
  rm -f "$hold/gone"`;

/**
 * Pages of the release that is left are still open somewhere: its assets go along, unless even that cannot be had. Where the disk has no
 * room for one more file, not even for the link, a file of the guard makes room that nobody needs any more.
 */
function goBack(job: Job, previous: ReleaseName, name: 'current' | 'back'): Shell {
  const handOns = job.wish.settings.assets.map((directory) => handOn(directory, { from: job.release, to: previous }));
  return lines(
    handOns.length > 0 ? tolerated(lines(...handOns)) : null,
    replaceLinkFunction,
    guardAt(job.wish.deployment),
    sh`
      draft() {
      ${draftLink(currentTarget(previous), name)}
      }
      draft 2>/dev/null || { rm -f "$guard/launch"; draft; }`,
    putLink(currentTarget(previous), name),
  );
}

function tolerated(script: Shell): Shell {
  return sh`
    (
    ${script}
    ) || :`;
}

/** How the host's history tells that it went back without being told to. */
function wentBack(job: Job, site: Site): { readonly head: string; readonly tail: string } {
  const { head, tail } = historyLine({ ...job, site });
  return { head: `${head}undone${tail}`, tail: '","note":"never confirmed: the host went back by itself"}' };
}
