import { ScriptExit } from '../../model/failure.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { processFunctions } from '../processes/halt.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { inServiceFunction } from './swap.ts';

/**
 * Ends the processes of all other releases, once this one is in service for good: each when the kernel shows no connection to it any more, or when its
 * time for that is over. What an earlier deployment left behind goes as well. From now on
 * systemd starts no others with the host.
 */
export function retireProcesses(job: Job, site: Site): Step {
  const { settings, deployment } = job.wish;
  const longest = Math.max(0, ...settings.processes.map(({ drainMs, stopMs }) => drainMs + stopMs));
  return step({
    id: 'retire-processes',
    title: 'drain and stop the processes of other releases',
    effect: { kind: 'retire', release: job.release },
    script: lines(
      underLock(site.path, deployment),
      processFunctions,
      inServiceFunction,
      sh`
        in_service
        [ "$serves" = ${job.release} ] || { echo "Something else is in service by now."; exit ${ScriptExit.refused}; }
        failed=
        for directory in .cutover/processes/*/*/; do
          directory=\${directory%/}; release=\${directory%/*}; release=\${release##*/}
          [ -e "$directory/manager" ] || continue
          [ "$release" != ${job.release} ] || continue
          ran=
          if alive "$directory"; then
            ran=1
            drained "$directory"
          fi
          if [ "$manager" = pm2 ] && ! command -v pm2 > /dev/null; then
            failed=1
            echo "Whether PM2 still runs $unit could not be asked: pm2 is not found here."
            continue
          fi
          halt "$directory" || {
            failed=1
            [ "$manager" != systemd ] || echo "As root, \"systemctl disable --now $unit\" ends it."
            continue
          }
          [ -z "$ran" ] || echo "Stopped \${directory##*/} of $release."
        done
        for directory in .cutover/processes/*/; do
          release=\${directory%/}; release=\${release##*/}
          [ -d "releases/$release" ] || [ -n "$(find "$directory" -name manager)" ] || rm -rf "$directory"
        done
        [ -z "$failed" ]`,
    ),
    // What an earlier config started has the time that was written down then.
    limitMs: Math.max(settings.limits.transferMs, settings.limits.stepMs + 2 * longest),
    undo: noUndo('The release is in service for good: the processes of others are needed no more.'),
  });
}
