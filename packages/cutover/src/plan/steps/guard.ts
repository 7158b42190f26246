import type { DeploymentId } from '../../model/deployment.ts';
import { ScriptExit } from '../../model/failure.ts';
import { historyFile, holdDir, incomingDir } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { deploymentMark } from '../records.ts';

/**
 * Begins every script that changes a host: goes to the deploy path and stops unless the lock there is still ours.
 * Without it a driver that was thought dead could write after another one took the lock over. What must not happen even in the moment
 * after this question is a rename out of `$hold`, which is gone then.
 */
export function underLock(path: string, deployment: DeploymentId): Shell {
  const mark = deploymentMark(deployment);
  return sh`
    cd ${path}
    hold=${holdDir('.', deployment)}
    { IFS= read -r holder < .cutover/lock/holder; } 2>/dev/null || holder=
    case $holder in
      *${mark}*) [ -d "$hold" ] || holder= ;;
      *) holder= ;;
    esac
    [ -n "$holder" ] || { printf '%s\n' "This deployment no longer holds the lock."; exit ${ScriptExit.refused}; }
    [ -z "\${CUTOVER_STEP-}" ] || { printf '%s\n' "$CUTOVER_STEP" > .cutover/lock/step; } 2>/dev/null || :`;
}

/** Stands while the lock is held where the release was in service and was taken back: requests may still be in it. */
export const leftMark: Shell = sh`"$hold/left"`;

/**
 * The same for undos. Where this deployment never had the lock it did nothing, and nothing is to be taken back; what it left where its lock was taken over is for
 * others to see to. Where it has succeeded and given
 * the lock back, while its driver was away, nothing can be taken back: what came since is somebody else's.
 */
export function underOurLock(path: string, deployment: DeploymentId): Shell {
  return lines(
    sh`
      [ -e ${lockedMark(path, deployment)} ] || {
        ended=$(grep -F ${deploymentMark(deployment)} ${`${path}/${historyFile}`} 2>/dev/null | tail -n 1)
        case $ended in
          *'"outcome":"lost"'*) ;;
          *'"outcome":"succeeded"'*) echo "This deployment had succeeded here, and the lock was given back."; exit ${ScriptExit.ended} ;;
          *) exit 0 ;;
        esac
      }`,
    underLock(path, deployment),
  );
}

/** What a deployment leaves among what it receives as soon as it has the lock; closing removes it. */
export function lockedMark(path: string, deployment: DeploymentId): string {
  return `${incomingDir(path, deployment)}/locked`;
}
