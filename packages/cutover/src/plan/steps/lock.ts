import type { DeploymentId, Holder } from '../../model/deployment.ts';
import { ScriptExit } from '../../model/failure.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { deploymentMark } from '../records.ts';
import { noUndo, step } from '../step.ts';
import { lockedMark } from './guard.ts';
import { inServiceFunction } from './swap.ts';

/** Takes the lock of the deploy path, or says who has it; refuses when the host serves something else than was planned for. */
export function lock(wish: Wish, site: Site, holder: Holder): Step {
  return step({
    id: 'lock',
    title: 'take the lock',
    effect: { kind: 'lock', holder, serves: site.serves },
    script: lines(layGround(site), takeLock(holder), refuseOtherBasis(site)),
    limitMs: wish.settings.limits.stepMs,
    undo: noUndo('The lock is given back when the deployment closes, however it ends.'),
  });
}

/** Gives the lock back, if this deployment has it. */
export function unlock(deployment: DeploymentId, path: string, limitMs: number): Step {
  return step({
    id: 'unlock',
    title: 'give the lock back',
    effect: { kind: 'unlock', deployment },
    script: unlockScript(deployment, path),
    limitMs,
    undo: noUndo('Closing work is not taken back.'),
  });
}

function layGround(site: Site): Shell {
  return sh`
    mkdir -p ${site.path}/releases ${site.path}/.cutover/releases ${site.path}/.cutover/incoming
    cd ${site.path}`;
}

/**
 * mkdir is the claim: of two starters one makes the directory. The holder is renamed into place, so that it is read whole. A lock
 * whose holder cannot be written would be nobody's: it is given back at once. One that was given back meanwhile is asked for again.
 */
function takeLock(holder: Holder): Shell {
  return sh`
    claim() { mkdir .cutover/lock 2>/dev/null; }
    if ! claim && { [ -d .cutover/lock ] || ! claim; }; then
      [ -d .cutover/lock ] || { echo "The lock cannot be made in .cutover/."; exit ${ScriptExit.refused}; }
      cat .cutover/lock/holder 2>/dev/null || echo "The lock does not say who holds it."
      exit ${ScriptExit.locked}
    fi
    printf '%s\n' ${JSON.stringify(holder)} > .cutover/lock/holder.new && mv -f .cutover/lock/holder.new .cutover/lock/holder || {
      rm -rf .cutover/lock
      echo "The lock could not be written in .cutover/: no space may be left on the disk."
      exit ${ScriptExit.refused}
    }
    mkdir -p .cutover/incoming/${holder.deployment}
    : > ${lockedMark('.', holder.deployment)}`;
}

function refuseOtherBasis(site: Site): Shell {
  return sh`
    ${inServiceFunction}
    serves=$(in_service)
    if [ "$serves" != ${site.serves ?? ''} ]; then
      printf 'The plan was made while another release was in service; now it is %s.\n' "\${serves:-none}"
      exit ${ScriptExit.otherBasis}
    fi`;
}

function unlockScript(deployment: DeploymentId, path: string): Shell {
  const mark = deploymentMark(deployment);
  const freed = `.cutover/lock.${deployment}`;
  const incoming = `.cutover/incoming/${deployment}`;
  return sh`
    cd ${path} 2>/dev/null || exit 0
    holder=
    if [ -e .cutover/lock/holder ]; then IFS= read -r holder < .cutover/lock/holder || holder=; fi
    case $holder in
      *${mark}*) mv .cutover/lock ${freed} && rm -rf ${freed} ${incoming} ;;
      *) [ -e ${lockedMark('.', deployment)} ] || rm -rf ${incoming} ;;
    esac`;
}
