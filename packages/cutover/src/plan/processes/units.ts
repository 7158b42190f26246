import { posix } from 'node:path/posix';
import type { Host } from '../../model/host.ts';
import { processDir, releaseDir } from '../../model/layout.ts';
import { type AppProcess, systemdUnit } from '../../model/process.ts';
import type { Settings } from '../../model/settings.ts';
import { quote } from '../../shell/text.ts';
import { runText } from './bridge.ts';

/** A template unit of systemd whose instances are releases: put there once, by hand. */
export interface UnitFile {
  readonly name: string;
  /** Below the home directory of the user for their own units. */
  readonly path: string;
  readonly text: string;
}

/** The unit of a process on a host. A change of the config that changes it must be put there again. */
export function unitFile(settings: Settings, host: Host, program: AppProcess): UnitFile {
  const isOfUser = program.manager === 'systemd-user';
  const name = systemdUnit(settings, program.name);
  return {
    name,
    path: posix.join(isOfUser ? '~/.config/systemd/user' : '/etc/systemd/system', name),
    text: `${[...unitLines(settings, program), ...serviceLines(host, program), ...installLines(isOfUser)].join('\n')}\n`,
  };
}

/**
 * What the user may do as root, and nothing else: to exactly these units, whose instances are names of releases. A star would let more words
 * follow. Null where no process is one of the system's systemd.
 */
export function sudoersLine(settings: Settings, user: string): string | null {
  const units = settings.processes
    .filter(({ manager }) => manager === 'systemd')
    .map((program) => systemdUnit(settings, program.name, '[0-9]'.repeat(14)));
  if (units.length === 0) return null;
  const verbs = ['start', 'stop', 'enable --quiet', 'disable --quiet'];
  const commands = units.flatMap((unit) => verbs.map((verb) => `/usr/bin/systemctl ${verb} ${unit}`));
  return `${user} ALL=(root) NOPASSWD: ${commands.join(', ')}`;
}

/** As whom Cutover connects, as far as the config says. */
export function userOf(host: Host): string {
  return host.user ?? 'deploy';
}

/** The units that a host needs. */
export function unitsAt(settings: Settings, host: Host): readonly UnitFile[] {
  return settings.processes
    .filter(({ manager, hosts }) => (manager === 'systemd' || manager === 'systemd-user') && hosts.includes(host.name))
    .map((program) => unitFile(settings, host, program));
}

function unitLines({ project, stage }: Settings, { name }: AppProcess): readonly string[] {
  return [
    '[Unit]',
    `Description=${project} ${name} of ${stage}, release %i`,
    'After=network.target',
    '# It is tried again for as long as it takes, and nothing is kept of a release that is gone.',
    'StartLimitIntervalSec=0',
    'CollectMode=inactive-or-failed',
    '',
  ];
}

function serviceLines(host: Host, program: AppProcess): readonly string[] {
  const environment = posix.join(host.deployPath, processDir('%i', program.name), 'environment');
  return [
    '[Service]',
    ...(program.manager === 'systemd' ? ['# As whom Cutover connects.', `User=${userOf(host)}`] : []),
    `WorkingDirectory=${releaseDir(percents(host.deployPath), '%i')}`,
    `EnvironmentFile=${environment.replace(host.deployPath, percents(host.deployPath))}`,
    ...socketLines(program),
    `ExecStart=/bin/sh -c ${argument(runText(program))}`,
    '# The signal is for all that it started.',
    'KillMode=control-group',
    `KillSignal=SIG${program.stopSignal}`,
    `TimeoutStopSec=${Math.max(1, Math.ceil(program.stopMs / 1000))}`,
    `Restart=${program.restart ? 'always' : 'no'}`,
    'RestartSec=1',
    '',
  ];
}

/** The socket of one that was killed is in the way of the next; a new one has the mode that the umask leaves. */
function socketLines({ listen }: AppProcess): readonly string[] {
  if (listen?.kind !== 'socket') return [];
  const open = `tries=0; until [ -S ${quote(listen.file)} ] || [ "$tries" -ge 600 ]; do sleep 0.1; tries=$((tries + 1)); done; chmod ${listen.mode} ${quote(listen.file)}`;
  return [`ExecStartPre=/bin/rm -f ${argument(listen.file)}`, `ExecStartPost=/bin/sh -c ${argument(`(${open}) &`)}`];
}

function installLines(isOfUser: boolean): readonly string[] {
  return ['[Install]', `WantedBy=${isOfUser ? 'default.target' : 'multi-user.target'}`];
}

/** systemd puts something in the place of what follows a percent sign. */
function percents(text: string): string {
  return text.replaceAll('%', '%%');
}

/** One word of a command line, as systemd reads it: the shell, not systemd, is to see the variables. */
function argument(text: string): string {
  const inner = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('$', '$$$$');
  return `"${percents(inner)}"`;
}
