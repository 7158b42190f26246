import type { Host } from '../../model/host.ts';
import type { Check, Retry } from '../../model/settings.ts';
import { secondsFunction } from '../../shell/clock.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { environmentOf } from '../hooks.ts';
import type { Job } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { httpAttempt } from './http.ts';

/** A health check of the release in service, tried until it passes or its time is over. */
export function check(job: Job, host: Host, wanted: Check): Step {
  return step({
    id: `check-${job.wish.settings.checks.indexOf(wanted) + 1}`,
    title: `check ${wanted.name}`,
    effect: { kind: 'look' },
    at: wanted.kind === 'http' ? wanted.from : 'host',
    script: lines(attempt(job, host, wanted), untilItPasses(wanted.retry)),
    limitMs: wanted.retry.withinMs + job.wish.settings.limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}

function attempt(job: Job, host: Host, wanted: Check): Shell {
  if (wanted.kind === 'http')
    return httpAttempt({ ...wanted, resolve: wanted.resolve === 'host' ? host.address : wanted.resolve });
  return lines(goHome(host), environmentOf(job, host, {}), sh`attempt() { sh -c ${wanted.run}; }`);
}

/** A host that receives no code has no release to be in. */
function goHome(host: Host): Shell {
  return host.receivesCode
    ? sh`cd ${host.deployPath}/current`
    : sh`[ ! -d ${host.deployPath} ] || cd ${host.deployPath}`;
}

/** Calls `attempt` until it succeeds or its time is over: what the last one said is what is shown when none passed. */
export function untilItPasses({ withinMs, everyMs }: Retry): Shell {
  return sh`
    ${secondsFunction}
    deadline=$(($(seconds) + ${Math.ceil(withinMs / 1000)}))
    until said=$(attempt 2>&1); do
      [ "$(seconds)" -lt "$deadline" ] || { printf '%s\n' "$said"; exit 1; }
      sleep ${everyMs / 1000}
    done`;
}
