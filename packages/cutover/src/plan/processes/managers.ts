import { posix } from 'node:path/posix';
import { processDir, releaseDir } from '../../model/layout.ts';
import { managedName, systemdUnit } from '../../model/process.ts';
import { apartLookup } from '../../shell/apart.ts';
import { type Shell, sh } from '../../shell/text.ts';
import { runText } from './bridge.ts';
import { environmentFile, type ProcessAt, socketOf } from './environment.ts';
import { supervisor } from './supervise.ts';
import { startUnit } from './systemd.ts';

/** What a process is called by its manager: a systemd unit, a name in pm2. */
export function unitName({ settings, release, program }: ProcessAt): string {
  const nameOf = program.manager === 'pm2' ? managedName : systemdUnit;
  return nameOf(settings, program.name, release);
}

/** Starts the process, which does not run; run in the deploy path, with the process's environment exported. */
export function spawn(at: ProcessAt): Shell {
  switch (at.program.manager) {
    case 'own':
      return spawnOwn(at);
    case 'pm2':
      return spawnPm2(at);
    case 'systemd':
    case 'systemd-user':
      return spawnUnit(at);
  }
}

/** No descriptor of the deployment stays open in it, and no session of its own could end with the connection. */
function spawnOwn(at: ProcessAt): Shell {
  const { host, release, program } = at;
  const directory = processDir(release, program.name);
  const socket = socketOf(at);
  const text = supervisor({
    run: runText(program),
    directory: releaseDir(host.deployPath, release),
    stopSignal: program.stopSignal,
    restart: program.restart,
    socket: socket && program.listen?.kind === 'socket' ? { path: socket, mode: program.listen.mode } : null,
  });
  return sh`
    printf '%s\n' ${String(text)} > ${directory}/supervise
    ${apartLookup}
    (cd ${directory} && exec $apart sh ./supervise < /dev/null >> log 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-) &
    tries=0
    until [ -s ${directory}/pid ]; do
      [ "$tries" -lt 100 ] || { echo "The process could not be started:"; tail -n 20 ${directory}/log; exit 1; }
      nap; tries=$((tries + 1))
    done`;
}

/** What the template cannot say is where systemd finds it, for nobody else to read. */
function spawnUnit(at: ProcessAt): Shell {
  const directory = processDir(at.release, at.program.name);
  return sh`
    rm -f ${directory}/environment
    (umask 077 && : > ${directory}/environment)
    { printf '%s' ${environmentFile(at)}; [ -z "\${PORT-}" ] || printf 'PORT=%s\n' "$PORT"; } > ${directory}/environment
    ${startUnit(at, unitName(at))}`;
}

function spawnPm2(at: ProcessAt): Shell {
  const { host, release, program } = at;
  const directory = processDir(release, program.name);
  const log = posix.join(host.deployPath, directory, 'log');
  const app = {
    name: unitName(at),
    script: '/bin/sh',
    args: ['-c', runText(program)],
    interpreter: 'none',
    cwd: releaseDir(host.deployPath, release),
    autorestart: program.restart,
    kill_timeout: program.stopMs,
    out_file: log,
    error_file: log,
    merge_logs: true,
  };
  return sh`
    printf '%s\n' ${JSON.stringify({ apps: [app] })} > ${directory}/pm2.json
    pm2 start ${directory}/pm2.json > ${directory}/pm2.out 2>&1 || { cat ${directory}/pm2.out; exit 1; }`;
}
