import { lines, type Shell, sh } from '../shell/text.ts';
import { shortening } from './shortening.ts';

/*
 * What a host is told once on each connection, beside the loop of `runner.ts`: how segments run that outlive the connection.
 * A journal is a directory. `mkdir` claims it, so a segment runs at most once; `output` holds what the steps print, with
 * their marks; `supervisor` and `group` say which processes there are, by id, boot and start; `status` is renamed into
 * place when all is over; `wake` is a FIFO by which followers hear of that at once; `driver` changes while a driver is there.
 * Other segments may join the one that claimed it, for as long as its connection holds the FIFO `script` open, which the steps'
 * shell reads: in their places lies a file, claimed by its creation, that names the journal and the word of their marks.
 */

/** How often a supervisor looks after its driver and its lock, in seconds. */
const everySeconds = 2;

/** `born PID` tells when a process began, and its state: a later one may have its number. */
const bornFunction: Shell = sh`
  born() {
    birth=; line=; state=
    if read -r line <"/proc/$1/stat"; then
      set -- \${line##*)}
      state=$1; shift 19 && birth=$1
    else
      set -- $(ps -o lstart= -p "$1")
      for word; do birth=$birth$word.; done
    fi
    test -n "$birth"
  }`;

/**
 * What the shell of the steps does before anything else, as `begins PID` of its supervisor: it puts itself on record, for whoever is to end it
 * when that supervisor is gone; one that is gone already has nobody to watch over the steps.
 */
export const beginning: Shell = lines(
  bornFunction,
  sh`
    begins() {
      born "$$"; printf '%s\n' "$$ $birth" >&6
      born "$1" && test "$state" != Z || exit
    }`,
);

/**
 * What the loop and the supervisor both know. Boot and start time tell a process from a later one with its number. `settled TENTHS COMMAND…` waits until
 * the command succeeds, for so many tenths of a second at most.
 */
export const common: Shell = sh`
  strike() { kill "-$1" "-$group" || kill "-$1" "$group"; }
  settled() {
    tries=$1; shift
    until "$@" || test "$tries" -le 0; do
      sleep 0.1 || { sleep 1; tries=$((tries - 9)); }
      tries=$((tries - 1))
    done
  }
  fade() { settled "$1" faded; }
  faded() { ! strike 0; }
  ${bornFunction}
  runs() { born "$1" && test "$state" != Z && test "$birth" = "$2"; }
  booted() { boot=; read -r boot </proc/sys/kernel/random/boot_id || boot=unknown; }
  yield() { printf '' >"$journal/reserve"; }
  put() {
    { printf '%s\n' "$2" >"$journal/$1.new" && mv -f "$journal/$1.new" "$journal/$1"; } ||
      { yield; printf '%s\n' "$2" >"$journal/$1.new" && mv -f "$journal/$1.new" "$journal/$1"; }
  }
  wake() { { printf '\n' >&5; } 5<>"$journal/wake"; }
  finish() { put status "$1"; wake; }
  hold() {
    own=\${journal%/*/*/*}; deployment=\${journal%/*}; deployment=\${deployment##*/}
    IFS= read -r holder <"$own/lock/holder" || return 0
    case $holder in *'"deployment":"'"$deployment"'"'*) printf '%s\n' "$1" >"$own/lock/heartbeat" ;; esac
  }`;

/**
 * The program that runs segments, as the leader of a session of its own: grace, launcher and lease are its arguments, and secrets
 * and scripts come on its input straight to the shell that runs them, one after another until the input ends. Where the journal and the payload are comes by environment:
 * among the arguments the `pkill -f` of a hook would find its own deploy path. It beats for the lock and ends the segment
 * when no driver has been heard of for the lease. A watcher does the same for a supervisor that was killed. Whoever gives a journal up
 * before it is whole leaves a status there: then nothing begins. A signal that comes while a shell is being started may be lost on
 * it: that of the steps is given one only when it is on record, and the watcher ends by itself when that shell is gone.
 */
export const supervisor: Shell = lines(
  common,
  shortening,
  sh`
    grace=$1; launcher=$2; lease=$3; journal=$CUTOVER_JOURNAL; path=$CUTOVER_PAYLOAD
    unset CUTOVER_JOURNAL CUTOVER_PAYLOAD
    stopping=; group=
    trap : HUP PIPE INT
    trap 'stopping=stopped; test -z "$group" || end' TERM
    trap 'stopping=abandoned; test -z "$group" || end' USR1
    end() { settled "$grace" test -s "$journal/group"; strike TERM; }
    watch() {
      missed=0; last=
      while sleep ${everySeconds}; do
        runs "$$" "$own_birth" || { strike TERM; fade "$grace"; strike KILL; test -e "$journal/status" || finish lost; exit; }
        born "$group" || exit
        hold "$$"
        bound
        now=; read -r now <"$journal/driver"
        if test "$now" = "$last"; then missed=$((missed + 1)); else missed=0; last=$now; fi
        test "$missed" -lt "$lease" || { kill -USR1 "$$"; missed=0; }
      done
    }
    exec 3<&0 </dev/null
    booted; born "$$"; own_birth=$birth
    name() { printf '%s\n' "$$ $boot $birth" >"$journal/supervisor"; }
    name || { yield; name; } || exit 1
    test ! -e "$journal/status" || exit
    $launcher sh <&3 3<&- >>"$journal/output" 2>&1 5<>"$journal/wake" 6>"$journal/group" & group=$!
    exec 3<&-
    test -z "$stopping" || end
    watch & watcher=$!
    while test -z "$stopping"; do
      wait "$group"; code=$?
      test -n "$stopping" || kill -0 "$group" || break
    done
    if test -n "$stopping"; then fade "$grace"; strike KILL; fade 5; code=$stopping; fi
    kill "$watcher"
    while kill -0 "$watcher"; do wait "$watcher"; done
    test -z "$path" || test ! -e "$path" || rm -f "$path"
    finish "$code"
    based; base=$now; ! overlong || abridge
    yield`,
);
