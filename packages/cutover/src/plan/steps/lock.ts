import { posix } from 'node:path/posix';
import type { DeploymentId, Holder } from '../../model/deployment.ts';
import { ScriptExit } from '../../model/failure.ts';
import { guardDir, holdDir } from '../../model/layout.ts';
import { putFilesFunction } from '../../shell/durable.ts';
import { whyUnwritten } from '../../shell/room.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { deploymentMark } from '../records.ts';
import { noUndo, step } from '../step.ts';
import { lockedMark } from './guard.ts';
import { inServiceFunction } from './swap.ts';
import { takeOver, watchingMs } from './take-over.ts';

/** Who takes a lock, and how. */
export interface Taking {
  readonly holder: Holder;
  /** Waits for a moment where it is held: by somebody who lost the race for another host's lock, and gives this one back. */
  readonly isPatient: boolean;
}

/** Takes the lock of the deploy path, or says who has it; refuses when the host serves something else than was planned for. */
export function lock(wish: Wish, site: Site, taking: Taking): Step {
  const { holder } = taking;
  const { stepMs } = wish.settings.limits;
  return step({
    id: 'lock',
    title: 'take the lock',
    effect: { kind: 'lock', holder, serves: site.serves, takesOver: site.takesOver },
    script: lines(
      layGround(site),
      takeLock(taking, site, stepMs),
      removeDead,
      removeOldJournals(holder),
      refuseOtherBasis(site),
    ),
    limitMs: stepMs + (site.takesOver === null ? 0 : watchingMs(site.takesOver)),
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

/** Who can pass through the deploy path can pass through `releases`, whatever the umask of the user who makes that: the web server is somebody else. */
function layGround(site: Site): Shell {
  return sh`
    [ -d ${site.path}/releases ] || {
      mkdir -p ${site.path}/releases
      for who in 050:g 005:o; do
        [ -z "$(find ${site.path}/. -prune -perm "-\${who%:*}")" ] || chmod "\${who#*:}+rx" ${site.path}/releases
      done
    }
    [ -d ${site.path}/.cutover/releases ] && [ -d ${site.path}/.cutover/incoming ] ||
      mkdir -p ${site.path}/.cutover/releases ${site.path}/.cutover/incoming
    cd ${site.path}`;
}

/**
 * The lock is made whole beside its place, with its holder and with what only the holder has, and put there by one rename: of two
 * starters one succeeds, and there is never a lock that does not say whose it is. An mv without -T renames too where nothing is in the
 * way, and else moves the directory into the other's lock, from where it is taken away. A lock that was given back meanwhile is asked
 * for again.
 */
function takeLock({ holder, isPatient }: Taking, { host, takesOver }: Site, limitMs: number): Shell {
  const mine = `${draftOf(holder.deployment)}.${host.name}`;
  const held = holdDir('.', holder.deployment);
  return sh`
    ${putFilesFunction}
    ${whyUnwritten}
    claim() {
      mv -fT ${mine} .cutover/lock 2>/dev/null || { [ ! -e .cutover/lock ] && mv -f ${mine} .cutover/lock 2>/dev/null; } || return 1
      [ -d ${held} ]
    }
    refuse_lock() {
      rm -rf ${mine} .cutover/lock/${posix.basename(mine)}
      [ -d .cutover/lock ] || { echo "The lock cannot be made in .cutover/."; exit ${ScriptExit.refused}; }
      [ ! -d ${held} ] || exit ${ScriptExit.twice}
      cat .cutover/lock/holder 2>/dev/null || echo "The lock does not say who holds it."
      exit ${ScriptExit.locked}
    }
    [ ! -e ${mine} ] || rm -rf ${mine}
    mkdir -p ${mine}/${posix.basename(held)} && printf '%s\n' ${JSON.stringify(holder)} > ${mine}/holder &&
      echo begins > ${mine}/heartbeat && flushed ${mine}/holder || {
      why=$(why_unwritten .cutover) && code=${ScriptExit.noRoom} || code=${ScriptExit.refused}
      rm -rf ${mine}
      printf '%s\n' "The lock could not be written in .cutover/." "$why"
      exit "$code"
    }
    ${takesOver === null ? takeFree(held, isPatient ? limitMs : 0) : takeOver(holder, takesOver, mine)}
    hold=${held}
    for guard in .cutover/runs/*/guard; do [ ! -e "$guard" ] || rm -rf "$guard"; done
    [ -d .cutover/incoming/${holder.deployment} ] || mkdir .cutover/incoming/${holder.deployment}
    : > ${lockedMark('.', holder.deployment)}`;
}

/** What a lock is made as; the host makes the name its own, for two may turn out to have one deploy path. */
function draftOf(deployment: DeploymentId): string {
  return `.cutover/lock.${deployment}`;
}

/** How long a lock that is held is asked for again: the loser of a race needs some round trips to give it back. */
const patienceMs = 30_000;

/** Five times a second, for half of the limit at most: who waited in vain is to be refused, not stopped. Nobody waits for what is his own. */
function takeFree(held: string, limitMs: number): Shell {
  return sh`
    tries=${Math.floor(Math.min(patienceMs, limitMs / 2) / 200)}
    until { [ ! -e .cutover/lock/holder ] && claim; } || { [ ! -e .cutover/lock ] && claim; }; do
      if [ "$tries" -eq 0 ] || [ ! -d .cutover/lock ] || [ -d ${held} ]; then refuse_lock; fi
      tries=$((tries - 1))
      sleep 0.2
    done`;
}

/** How many deployments' journals a host keeps, this one's included: so many that most deployments need not remove any. */
const keptJournals = { least: 20, most: 30 };

/** Deployments are named by time, and a pattern is read in that order: the first ones are the oldest. Those of somebody else stay: no reason to refuse. */
function removeOldJournals(holder: Holder): Shell {
  return sh`
    set -- .cutover/runs/*/
    [ $# -gt ${keptJournals.most} ] || set --
    while [ $# -gt ${keptJournals.least} ]; do
      case $1 in */${holder.deployment}/) ;; *) rm -rf "$1" 2>/dev/null || : ;; esac
      shift
    done`;
}

/**
 * What came for deployments that died before they had the lock. One that still asks for it may be receiving what its first steps want, so nothing goes in which
 * anything changed within the last hour.
 */
const removeDead = sh`
  for left in .cutover/incoming/*; do
    if [ ! -d "$left" ] || [ -e "$left/locked" ]; then continue; fi
    recent=$(find "$left" -mmin -60 2>/dev/null) || continue
    [ -n "$recent" ] || rm -rf "$left" 2>/dev/null || :
  done`;

function refuseOtherBasis(site: Site): Shell {
  return sh`
    ${inServiceFunction}
    in_service
    if [ "$serves" != ${site.serves ?? ''} ]; then
      printf 'The plan was made while another release was in service; now it is %s.\n' "\${serves:-none}"
      exit ${ScriptExit.otherBasis}
    fi`;
}

/** Whoever renames the holder's own directory first has it: this one to give the lock back, or another to take it over. */
function unlockScript(deployment: DeploymentId, path: string): Shell {
  const mark = deploymentMark(deployment);
  const freed = draftOf(deployment);
  const incoming = `.cutover/incoming/${deployment}`;
  return sh`
    cd ${path} 2>/dev/null || exit 0
    holder=
    if [ -e .cutover/lock/holder ]; then IFS= read -r holder < .cutover/lock/holder || holder=; fi
    case $holder in
      *${mark}*)
        if mv ${holdDir('.', deployment)} .cutover/freed.${deployment} 2>/dev/null; then mv .cutover/lock ${freed}; fi
        rm -rf ${freed} .cutover/freed.${deployment} ${incoming} ${guardDir('.', deployment)} ;;
      *) [ -e ${lockedMark('.', deployment)} ] || rm -rf ${freed}.* ${incoming} ;;
    esac`;
}
