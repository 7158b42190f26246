import { posix } from 'node:path/posix';
import type { Holder } from '../../model/deployment.ts';
import type { TakeOver } from '../../model/effect.ts';
import { ScriptExit } from '../../model/failure.ts';
import { heartbeatFile, historyFile, holdDir, holderFile, incomingDir, lockDir } from '../../model/layout.ts';
import { type Shell, sh } from '../../shell/text.ts';
import { deploymentMark } from '../records.ts';
import { keepFormerFunction } from './keep-former.ts';

/** How long it is watched whether a beat comes after all, in seconds: a living deployment beats every five. */
const watchedSeconds = 12;

/** How long the watching may take at most, on a host that starts processes slowly: each of its seconds needs some. */
export function watchingMs({ silentMs }: TakeOver): number {
  return 2 * silentMs;
}

/**
 * Takes the lock of a dead deployment. That its last sign of life is old may be a clock that was set forward; so it is also watched
 * for a while whether another one comes. One that lies ahead tells of a clock that was set back: then it is watched for the whole time. The claim is the rename of what only the holder has: of several who come for the lock one
 * succeeds, since what was there before the silence is what is renamed; from that moment the former owner can neither swap, nor record, nor give the lock back. Run inside the lock step, which has made its
 * own lock as `mine`.
 */
export function takeOver(holder: Holder, { deployment, silentMs }: TakeOver, mine: string): Shell {
  const lock = lockDir('.');
  const beat = heartbeatFile('.');
  const wantedSeconds = Math.ceil(silentMs / 1000);
  return sh`
    [ -e ${holderFile('.')} ] || { rm -rf ${mine}; echo "The lock was given back meanwhile."; exit ${ScriptExit.otherBasis}; }
    IFS= read -r former < ${holderFile('.')} || former=
    case $former in *${deploymentMark(deployment)}*) ;; *) refuse_lock ;; esac
    last_beat() { date -r ${beat} +%s 2>/dev/null || stat -c %Y ${beat}; }
    is_silent() {
      beaten=$(last_beat) && said=$(cat ${beat}) || return 1
      silent=$(($(date +%s) - beaten)) watched=${Math.min(watchedSeconds, wantedSeconds)}
      if [ "$silent" -lt 0 ]; then watched=${wantedSeconds}
      elif [ "$silent" -lt ${wantedSeconds} ]; then return 1
      fi
      while [ "$watched" -gt 0 ]; do
        sleep 1
        [ "$(last_beat)" = "$beaten" ] && [ "$(cat ${beat})" = "$said" ] || return 1
        watched=$((watched - 1))
      done
    }
    set -- ${lock}/hold.*
    is_silent || refuse_lock
    if [ "$1" != ${lock}'/hold.*' ]; then mv "$1" ${holdDir('.', holder.deployment)} 2>/dev/null || refuse_lock
    else
      mv ${holderFile('.')} ${mine}/former 2>/dev/null && IFS= read -r moved < ${mine}/former || refuse_lock
      [ "$moved" = "$former" ] || { mv ${mine}/former ${holderFile('.')}; refuse_lock; }
      mkdir ${holdDir('.', holder.deployment)} || refuse_lock
    fi
    hold=${holdDir('.', holder.deployment)}
    rm -rf "$hold"/*
    echo begins > ${beat}
    put_files ${lockDir('.')} ${posix.basename(holderFile('.'))} ${JSON.stringify(holder)}
    rm -rf ${mine}
    note=${`"release":null,"outcome":"lost","note":"it was lost; its lock was taken over by ${holder.deployment}"`}
    printf '%s,%s,"ended":"%s"}\n' "\${former%\}}" "$note" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >> ${historyFile}
    ${keepFormerFunction}
    { keep_former ${incomingDir('.', deployment)} && rm -rf ${incomingDir('.', deployment)}; } 2>/dev/null || :
    printf '%s\n' "Took over the lock of a deployment that is dead:" "$former"`;
}
