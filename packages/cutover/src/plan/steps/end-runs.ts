import type { HostName } from '../../model/host.ts';
import { aliveFunctions } from '../../shell/alive.ts';
import { sh } from '../../shell/text.ts';
import type { Plan, Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';

/** What the names of the segments begin with by which a dead deployment is taken back: a second driver that does so finds those of the first. */
export const ownSegments = 'back-';

/** How long what still runs may take to end, before it is left to its own limits. */
const endedWithinSeconds = 30;

/** Ends what a dead driver left running on a host: by the process ids that were recorded, and only where they are still those processes. */
export function endRuns(plan: Plan, host: HostName): Step {
  return step({
    id: 'end-runs',
    title: 'end what still runs',
    effect: { kind: 'look' },
    script: sh`
      cd ${plan.paths[host] ?? '/'} 2>/dev/null || exit 0
      ${aliveFunctions}
      for journal in .cutover/runs/${plan.deployment}/*; do
        case $journal in */${ownSegments}*) continue ;; esac
        if [ ! -f "$journal/supervisor" ] || [ -e "$journal/status" ]; then continue; fi
        read -r pid since start < "$journal/supervisor" || continue
        is_alive "$pid" "$since" "$start" || continue
        kill -TERM "$pid" 2>/dev/null || continue
        tries=0
        while [ ! -e "$journal/status" ] && [ "$tries" -lt ${endedWithinSeconds} ]; do
          sleep 1
          tries=$((tries + 1))
        done
      done`,
    limitMs: endedWithinSeconds * 4000,
    undo: noUndo('What was ended is not begun again.'),
  });
}
