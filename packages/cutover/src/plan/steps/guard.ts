import type { DeploymentId } from '../../model/deployment.ts';
import { ScriptExit } from '../../model/failure.ts';
import { incomingDir } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { deploymentMark } from '../records.ts';

/**
 * Begins every script that changes a host: goes to the deploy path and stops unless the lock there is still ours.
 * Without it a driver that was thought dead could write after another one took the lock over.
 */
export function underLock(path: string, deployment: DeploymentId): Shell {
  const mark = deploymentMark(deployment);
  return sh`
    cd ${path}
    IFS= read -r holder < .cutover/lock/holder || holder=
    case $holder in
      *${mark}*) ;;
      *) printf '%s\n' "This deployment no longer holds the lock."; exit ${ScriptExit.refused} ;;
    esac`;
}

/** The same for undos; where this deployment never had the lock it did nothing, and nothing is to be taken back. */
export function underOurLock(path: string, deployment: DeploymentId): Shell {
  return lines(sh`[ -e ${lockedMark(path, deployment)} ] || exit 0`, underLock(path, deployment));
}

/** What a deployment leaves among what it receives as soon as it has the lock; closing removes it. */
export function lockedMark(path: string, deployment: DeploymentId): string {
  return `${incomingDir(path, deployment)}/locked`;
}
