import { ScriptExit } from '../../model/failure.ts';
import { currentTarget } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { step, undoneBy } from '../step.ts';
import { handOn } from './assets.ts';
import { underLock, underOurLock } from './guard.ts';
import { flush, inServiceFunction, replaceLinkFunction, swapCurrent } from './swap.ts';

/** Puts the release in service: one rename of the link, read back, and flushed to disk. */
export function activate(job: Job, site: Site): Step {
  const { release } = job;
  const { stepMs } = job.wish.settings.limits;
  const previous = site.serves;
  return step({
    id: 'activate',
    title: `put ${release} in service`,
    effect: { kind: 'activate', release, previous },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`[ -d releases/${release} ] || { echo "The release is gone."; exit ${ScriptExit.refused}; }`,
      replaceLinkFunction,
      swapCurrent(currentTarget(release), job.wish.deployment),
      flush('.'),
    ),
    limitMs: stepMs,
    undo: undoneBy({
      title: previous === null ? 'take the release out of service' : `put ${previous} back in service`,
      effect: { kind: 'restore', release, previous },
      script: lines(underOurLock(site.path, job.wish.deployment), restoreScript(job, previous)),
      limitMs: stepMs,
    }),
  });
}

/** Goes back only from this deployment's own release: what another one put in service stays. */
function restoreScript(job: Job, previous: ReleaseName | null): Shell {
  const expected = previous ?? '';
  return lines(
    sh`
      rm -f current.${job.wish.deployment}
      ${inServiceFunction}
      serves=$(in_service)
      [ "$serves" != ${expected} ] || exit 0
      [ "$serves" = ${job.release} ] || { echo "Something else is in service by now: \${serves:-nothing}"; exit ${ScriptExit.refused}; }`,
    previous === null ? sh`rm -f current` : goBack(job, previous),
    flush('.'),
  );
}

/** Pages of the release that is left are still open somewhere: its assets go along, unless even that cannot be had. */
function goBack(job: Job, previous: ReleaseName): Shell {
  const handOns = job.wish.settings.assets.map((directory) => handOn(directory, { from: job.release, to: previous }));
  return lines(
    handOns.length > 0 ? tolerated(lines(...handOns)) : null,
    replaceLinkFunction,
    swapCurrent(currentTarget(previous), job.wish.deployment),
  );
}

function tolerated(script: Shell): Shell {
  return sh`
    (
    ${script}
    ) || :`;
}
