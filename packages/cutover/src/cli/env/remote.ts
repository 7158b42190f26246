import { type Failure, ScriptExit } from '../../model/failure.ts';
import type { Host, HostName } from '../../model/host.ts';
import { sharedTarget } from '../../model/layout.ts';
import type { Fleet } from '../../remote/session.ts';
import { sh } from '../../shell/text.ts';
import { capture } from '../capture.ts';
import type { Unseen } from '../hosts.ts';
import type { EnvTarget } from './target.ts';

/** The shared file of one host; null where there is none. */
export interface RemoteFile {
  readonly host: HostName;
  readonly text: string | null;
}

/** The shared file of every host, or the hosts where it could not be read. What is read is neither recorded nor printed. */
export async function readShared(
  fleet: Fleet,
  target: EnvTarget,
  signal: AbortSignal,
): Promise<{ readonly files: readonly RemoteFile[]; readonly unseen: readonly Unseen[] }> {
  const read = await Promise.all(target.settings.hosts.map((host) => readAt(fleet, { host, target, signal })));
  return {
    files: read.filter((found) => 'text' in found),
    unseen: read.filter((found) => 'failure' in found),
  };
}

interface Reading {
  readonly host: Host;
  readonly target: EnvTarget;
  readonly signal: AbortSignal;
}

async function readAt(fleet: Fleet, { host, target, signal }: Reading): Promise<RemoteFile | Unseen> {
  const path = sharedTarget(host.deployPath, target.settings.layout, target.to);
  const script = sh`
    [ -e ${path} ] || exit ${ScriptExit.missingShared}
    [ -f ${path} ] && [ -r ${path} ] || { printf '%s is no file that this user can read.\n' ${path}; exit ${ScriptExit.refused}; }
    cat ${path}`;
  const captured = await capture(fleet, host.name, { script, signal });
  if (captured.ok) return { host: host.name, text: captured.output };
  return isMissing(captured.failure) ? { host: host.name, text: null } : { host, ...captured };
}

function isMissing(failure: Failure): boolean {
  return failure.kind === 'exit' && failure.code === ScriptExit.missingShared;
}
