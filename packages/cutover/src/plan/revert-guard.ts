import type { DeploymentId } from '../model/deployment.ts';
import type { GuardOrder } from '../model/effect.ts';
import { ScriptExit } from '../model/failure.ts';
import { guardDir, historyFile, holdDir } from '../model/layout.ts';
import type { ReleaseName } from '../model/release.ts';
import { aliveFunctions, isAliveFunction } from '../shell/alive.ts';
import { apartLookup } from '../shell/apart.ts';
import { putFilesFunction } from '../shell/durable.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { putRecords } from './records.ts';

/*
 * The guard of an activation: a small process of its own on the host, in a session of its own, that outlives the connection and whatever
 * drove the deployment. It waits, and goes back unless somebody decided otherwise. What is decided is a link that only one can make:
 * `verdict.0`, and after each extension the next number. Everything here runs in the deploy path.
 */

/** The activation that is guarded. */
export interface GuardedActivation {
  readonly deployment: DeploymentId;
  readonly path: string;
  readonly release: ReleaseName;
  readonly previous: ReleaseName | null;
  readonly order: GuardOrder;
}

/** What the guard is made from. */
export interface Guarded extends GuardedActivation {
  /** Puts the release before back in service, as the undo does. */
  readonly restore: Shell;
  /** What is done once it has gone back, as far as it can be; null for nothing. */
  readonly afterwards: Shell | null;
  /** The line of the history that says it went back; the moment stands for `$now`. */
  readonly history: { readonly head: string; readonly tail: string };
}

/**
 * `decide WORD`: makes the decision, if nobody did before; after an extension it is open anew. On failure `$decided` is what was
 * decided instead, and empty where the guard is gone. Wants `$guard`.
 */
export const decideFunction: Shell = sh`
  decide() {
    turn=0
    until ln -s "$1" "$guard/verdict.$turn" 2>/dev/null; do
      decided=$(readlink "$guard/verdict.$turn" || :)
      [ "$decided" = extended ] || return 1
      turn=$((turn + 1))
    done
  }`;

/** Where the guard's files are, as the shell variable that the functions here go by. */
export function guardAt(deployment: DeploymentId): Shell {
  return sh`guard=${guardDir('.', deployment)}`;
}

/** Starts the guard, which does not count yet: a host may wait long for the others. On return its process exists. */
export function launchGuard(guarded: Guarded): Shell {
  return lines(
    aliveFunctions,
    guardAt(guarded.deployment),
    sh`
      [ ! -e "$guard" ] || rm -rf "$guard"
      mkdir -p "$guard"`,
    guarded.order.onLost === 'revert' ? launch(guarded) : null,
  );
}

/**
 * Writes down that the release is about to be put in service, from when on the guard counts. What is written reaches the disk with the swap. No process is
 * started for it, since all hosts are to swap at the same time: when it was written is the file's own time.
 */
export function armGuard({ deployment, release, previous, order }: GuardedActivation): Shell {
  const within = secondsOf(order);
  const armed = JSON.stringify({ format: 1, deployment, release, previous, within, onLost: order.onLost });
  return lines(
    isAliveFunction,
    guardAt(deployment),
    order.onLost === 'revert' ? refuseUnguarded : null,
    sh`printf '%s\n' ${armed} > "$guard/armed" || { rm -f "$guard/armed"; exit 1; }`,
  );
}

function secondsOf({ withinMs }: GuardOrder): number {
  return Math.ceil(withinMs / 1000);
}

const refuseUnguarded = sh`
  { read -r pid booted started < "$guard/process"; } 2>/dev/null && is_alive "$pid" "$booted" "$started" || {
    echo "The guard of this activation does not run any more: the host was restarted, or somebody ended it."
    exit ${ScriptExit.refused}
  }`;

/** The session's first process only leaves: the guard belongs to nobody then. It holds no file of ours open, or a connection would wait for it. */
function launch(guarded: Guarded): Shell {
  return sh`
    printf '%s\n' ${String(backScript(guarded))} > "$guard/back"
    ${guarded.afterwards === null ? sh`:` : sh`printf '%s\n' ${String(guarded.afterwards)} > "$guard/afterwards"`}
    printf '%s\n' ${String(watchScript(guarded))} > "$guard/watch"
    printf '%s\n' ${String(launchScript)} > "$guard/launch"
    ${apartLookup}
    $apart sh "$guard/launch" "$guard" </dev/null >/dev/null 2>&1
    IFS= read -r watcher < "$guard/pid"
    identity "$watcher" > "$guard/process"`;
}

const launchScript = sh`
  exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
  sh "$1/watch" &
  printf '%s\n' "$!" > "$1/pid"`;

/**
 * Seconds are counted, not read from a clock: one that is set forward or back changes nothing. When the lock is given back or taken
 * over, `$hold` is gone, and so is the right to change anything.
 */
function watchScript(guarded: Guarded): Shell {
  const { deployment, path } = guarded;
  const seconds = secondsOf(guarded.order);
  return lines(
    sh`
      trap '' HUP
      set -u
      cd ${path} || exit 1
      hold=${holdDir('.', deployment)}`,
    guardAt(deployment),
    putFilesFunction,
    sh`
      left=${seconds}
      turn=0
      while :; do
        [ -d "$hold" ] && [ -d "$guard" ] || exit 0
        if [ ! -s "$guard/armed" ]; then sleep 1
        elif [ -L "$guard/verdict.$turn" ]; then
          [ "$(readlink "$guard/verdict.$turn")" = extended ] || exit 0
          turn=$((turn + 1))
          left=${seconds}
        elif [ "$left" -gt 0 ]; then
          sleep 1
          left=$((left - 1))
        elif ln -s reverted "$guard/verdict.$turn" 2>/dev/null; then break
        else sleep 1
        fi
      done`,
    goBack(guarded),
  );
}

/** A full disk may keep it from going back at first: it is tried again for as long as the lock is still this deployment's, for an hour at most. */
function goBack({ order, history, afterwards }: Guarded): Shell {
  return sh`
    tries=0
    until sh -eu "$guard/back" > "$guard/output" 2>&1; do
      tries=$((tries + 1))
      if [ ! -d "$hold" ] || [ "$tries" -ge 720 ]; then exit 1; fi
      sleep 5
    done
    ${order.failed === null ? sh`:` : putRecords([order.failed])}
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    [ ! -d "$hold" ] || printf '%s%s%s\n' ${history.head} "$now" ${history.tail} >> ${historyFile}
    put_files "$guard" outcome "reverted $now"
    ${afterwards === null ? sh`:` : sh`[ ! -d "$hold" ] || sh -eu "$guard/afterwards" >> "$guard/output" 2>&1 || :`}`;
}

/** A swap that was held up until now finds nothing to rename: it has happened, and is taken back, or it never does. */
function backScript({ deployment, restore }: Guarded): Shell {
  return lines(sh`hold=${holdDir('.', deployment)}; rm -f "$hold/current"`, restore);
}

/** The guard's word that it has gone back, if it is at it: nobody else need do the same at the same time. */
export const awaitGuard: Shell = sh`
  if [ -d "$guard" ] && [ -f "$guard/process" ]; then
    turn=0
    while [ -L "$guard/verdict.$turn" ] && [ "$(readlink "$guard/verdict.$turn")" = extended ]; do turn=$((turn + 1)); done
    if [ "$(readlink "$guard/verdict.$turn" 2>/dev/null || :)" = reverted ]; then
      read -r pid booted started < "$guard/process" || :
      tries=0
      while [ ! -e "$guard/outcome" ] && is_alive "$pid" "$booted" "$started" && [ "$tries" -lt 30 ]; do
        sleep 1
        tries=$((tries + 1))
      done
    fi
  fi`;
