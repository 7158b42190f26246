import { ScriptExit } from '../../model/failure.ts';
import { processDir } from '../../model/layout.ts';
import type { AppProcess } from '../../model/process.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { isBridged, writeBridge } from '../processes/bridge.ts';
import { exportEnvironment, type ProcessAt, socketOf } from '../processes/environment.ts';
import { processFunctions } from '../processes/halt.ts';
import { untilHealthy } from '../processes/health.ts';
import { spawn, unitName } from '../processes/managers.ts';
import { choosePort, mayReload, nameUpstream } from '../processes/ports.ts';
import { step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';
import { inServiceFunction } from './swap.ts';

/**
 * Starts the release's process beside the one in service and waits until it is healthy: it gets no request before. What runs already is only
 * asked. Before its release is in service systemd knows that it starts with the host: whenever that is, what current names is started. The undo ends exactly this process, and not while its release is in service.
 */
export function startProcess(job: Job, site: Site, program: AppProcess): Step {
  const { settings, deployment } = job.wish;
  const { stepMs } = settings.limits;
  const at: ProcessAt = { settings, host: site.host, release: job.release, program };
  const serves = program.listen !== null;
  const named = { release: job.release, process: program.name, serves };
  return step({
    id: `start-${program.name}`,
    title: `start ${program.name} of ${job.release} and wait until it is healthy`,
    effect: { kind: 'start', ...named },
    script: lines(underLock(site.path, deployment), startScript(at)),
    limitMs: program.healthy.withinMs + stepMs,
    undo: undoneBy({
      title: `stop ${program.name} of ${job.release}`,
      effect: { kind: 'stop', ...named },
      script: lines(underOurLock(site.path, deployment), stopProcess(job, program)),
      limitMs: program.drainMs + program.stopMs + stepMs,
    }),
  });
}

/** Starts it unless it runs, and waits until it is healthy; run in the deploy path. */
function startScript(at: ProcessAt): Shell {
  const { program, release } = at;
  const directory = processDir(release, program.name);
  const tenths = (ms: number): number => Math.ceil(ms / 100);
  return lines(
    processFunctions,
    program.listen?.kind === 'ports' ? mayReload(program.listen) : null,
    sh`
      [ -d releases/${release} ] || { echo "The release is gone."; exit ${ScriptExit.refused}; }
      directory=${directory}
      mkdir -p "$directory"`,
    exportEnvironment(at),
    sh`
      if alive "$directory" && [ ! -e "$directory/stop" ]; then
        kind=; PORT=; read -r kind PORT 2>/dev/null < "$directory/listen" || :; export PORT
        before=$(endings "$directory")
        echo "It runs already."
      else
        [ ! -e "$directory/manager" ] || halt "$directory"
        rm -f "$directory/stop" "$directory/ended"
        before=0`,
    place(at),
    sh`
      printf '%s\n' ${`${program.manager} ${program.manager === 'own' ? program.name : unitName(at)}`} > "$directory/manager"
      printf '%s\n' ${`${program.stopSignal} ${tenths(program.drainMs)} ${tenths(program.stopMs)}`} > "$directory/ends"`,
    isBridged(program) ? writeBridge : null,
    spawn(at),
    sh`fi`,
    untilHealthy(at),
    program.listen?.kind === 'socket' ? sh`chmod ${program.listen.mode} ${socketOf(at) ?? ''}` : null,
    program.listen?.kind === 'ports' ? nameUpstream(at) : null,
    sh`
      stay "$directory" || { echo "systemd would not start it with the host."; exit 1; }
      echo "It is healthy."`,
  );
}

function place(at: ProcessAt): Shell | null {
  const { listen } = at.program;
  if (listen === null) return null;
  if (listen.kind === 'ports') return choosePort(listen);
  const socket = socketOf(at) ?? '';
  return lines(sh`rm -f ${socket}`, sh`printf 'socket %s\n' ${socket} > "$directory/listen"`);
}

/** Drains and stops the process of the deployment's release, not while that is in service; run in the deploy path. */
export function stopProcess({ release }: Job, program: AppProcess): Shell {
  const directory = processDir(release, program.name);
  return lines(
    processFunctions,
    inServiceFunction,
    program.listen !== null
      ? sh`in_service; [ "$serves" != ${release} ] || { echo "Its release is in service: it is not stopped."; exit ${ScriptExit.refused}; }`
      : null,
    sh`
      [ -e ${directory} ] || exit 0
      if alive ${directory}; then drained ${directory}; fi
      halt ${directory}`,
  );
}
