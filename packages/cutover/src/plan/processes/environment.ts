import { posix } from 'node:path/posix';
import type { Host } from '../../model/host.ts';
import { processDir, releaseDir } from '../../model/layout.ts';
import type { AppProcess } from '../../model/process.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Settings } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { bridgeFile, bridgeVariable, isBridged } from './bridge.ts';

/** One process of one release on one host. */
export interface ProcessAt {
  readonly settings: Settings;
  readonly host: Host;
  readonly release: ReleaseName;
  readonly program: AppProcess;
}

/** The socket of a process, absolute; null when it listens on none. */
export function socketOf({ host, release, program }: ProcessAt): string | null {
  return program.listen?.kind === 'socket'
    ? posix.join(releaseDir(host.deployPath, release), program.listen.file)
    : null;
}

/** What a process has in its environment, whoever starts it. `PORT` of a process that listens on a port is not among it: the host chooses. */
function processEnvironment(at: ProcessAt): Readonly<Record<string, string>> {
  const { settings, host, release, program } = at;
  const socket = socketOf(at);
  return {
    ...settings.env,
    ...host.env,
    ...program.env,
    CUTOVER_RELEASE: releaseDir(host.deployPath, release),
    CUTOVER_TIME: release,
    CUTOVER_STAGE: settings.stage,
    CUTOVER_HOST: host.name,
    CUTOVER_PROCESS: program.name,
    ...(socket === null ? {} : { PORT: socket }),
    ...(isBridged(program) ? { [bridgeVariable]: bridgePath(at) } : {}),
  };
}

function bridgePath({ host, release, program }: ProcessAt): string {
  return posix.join(host.deployPath, processDir(release, program.name), bridgeFile);
}

/** Exports it. */
export function exportEnvironment(at: ProcessAt): Shell {
  return lines(...Object.entries(processEnvironment(at)).map(([name, value]) => sh`export ${name}=${value}`));
}

/** Writes it as systemd reads it: between double quotes a value may have several lines. */
export function environmentFile(at: ProcessAt): string {
  return Object.entries(processEnvironment(at))
    .map(([name, value]) => `${name}="${value.replaceAll(/[\\"$`]/g, '\\$&')}"\n`)
    .join('');
}
