import { type Shell, sh } from '../shell/text.ts';
import { learning } from './lesson.ts';

/** How long a stopped segment may take to end by itself before it is killed, unless told otherwise. */
export const defaultStopGraceMs = 5000;

/** How the host's side ends where what it was sent cannot be taken in: no process can be started for that, as a rule. */
export const noProcessExit = 71;

/**
 * The command that starts the host's side: a loop that does what it is told. What it does first, which is to learn how segments are run
 * (`runnerText`), goes along as a word: a server takes input only once the command runs, which would be a round trip more. Where the word is missing or
 * cannot be read, the loop asks. A login shell of any kind sees one line with one single-quoted word. The word is a variable that `env` sets: as an
 * argument it would be in the process list as long as the runner lives, and the `pkill -f` of a hook might find what it looks for in it.
 */
export function runnerCommand(nonce: string, stopGraceMs = defaultStopGraceMs, word = ''): Shell {
  const grace = Math.ceil(stopGraceMs / 100);
  const taken = word.length > longestWord ? '' : word;
  return sh`exec env ${`CUTOVER_INPUT=${taken}`} sh -c ${loop.join(' ')} cutover ${nonce} ${grace}`;
}

/** With it, the whole command stays below the 9,000 bytes that Dropbear takes: it would refuse the login otherwise. A longer one is asked for. */
const longestWord = 7800;

// One line without single quotes, each exclamation mark before a blank, no backslash before a quote or another one: csh
// ends a quoted word at a line's end and expands `!word` within it, fish reads \' and \\ within quotes.
// A variable that the login shell exported would stay exported, with all that is put into it: they are unset first.
//
// `take` takes exactly so many bytes and not one more: `head -c` of busybox and the BSDs reads ahead of what it prints. A dd that
// does not know `fullblock` says so before it reads, and takes bytes one by one. What cannot be taken, or was compressed and cannot be unpacked, ends
// the loop: that no process can be started is one reason, and what comes next would be taken for something else, or waited for in vain.
const loop = [
  'unset nonce grace gzip verb seq bytes text;',
  'nonce=$1; grace=$2; gzip=; text=$CUTOVER_INPUT; unset CUTOVER_INPUT; trap : PIPE;',
  'mark() { printf "\\036%s %s\\n" "$nonce" "$*"; };',
  'take() { { dd iflag=fullblock bs=$1 count=1 || dd bs=1 count=$1; } 2>/dev/null; };',
  'unpack() { exec gzip -dc; }; obey() { :; }; leave() { :; };',
  `quit() { leave; exit ${noProcessExit}; };`,
  'if command -v gzip >/dev/null; then gzip=gzip; else unpack() { cat >/dev/null; false; }; fi;',
  'mark hello $gzip;',
  'test -z "$text" || text=$(exec 2>/dev/null; printf %s "$text" | base64 -d | unpack) || text=;',
  'eval "${text:-mark ask}";',
  'while read -r verb seq bytes; do case $verb in',
  `plain) text=$(take $seq) || quit; eval "$text";;`,
  `packed) text=$(take $seq | unpack) || quit; eval "$text";;`,
  '*) obey;;',
  'esac; done;',
  'leave; mark bye',
];

const prelude = [
  'unset launcher segment size path beside script problem stopping group code tries detached follower journal told open stale held;',
];

// A segment is stopped as a process group; perl makes one where setsid is missing (macOS).
const launching = [
  'if command -v setsid >/dev/null; then launcher=setsid;',
  'elif command -v perl >/dev/null; then launcher="perl -e setpgrp;exec@ARGV";',
  'else mark ready groupless; exit 69; fi;',
];

// What cannot be written is still read to its end: the next command follows it. What was written is removed at once, for the
// steps need the room. Only the file is kept private, not the directories, which others may have to pass through. What a beat
// would say goes nowhere: whatever is said there is written into the file.
const receiving = [
  'store() { mkdir -p "${path%/*}/" "${beside:-${path%/*}/}"; umask 077; cat >"$path"; };',
  'beat() { :; };',
  'chunks() { while read -r verb size; do case $verb in data) take $size;; beat) beat $size >/dev/null;; *) break;; esac; done; };',
  'receive() { chunks | { store || { rm -f "$path"; cat >/dev/null; false; }; } 2>&1; };',
];

// The group does not exist until setsid has run: then the process itself is meant. A process that is dead but was not
// reaped counts as there, so the waits are bounded; after KILL there is nothing to wait for but the kernel.
const stopping = [
  'strike() { kill "-$1" "-$group" || kill "-$1" "$group"; };',
  'fade() { tries=0; while test "$tries" -lt "$1" && strike 0; do',
  'sleep 0.1 || { sleep 1; tries=$((tries + 9)); }; tries=$((tries + 1)); done; };',
];

// Runs beside the loop, so that the loop can go on reading. PIPE is caught: a supervisor that dies of a connection
// that is gone would leave its group to itself. (A signal that is caught, not ignored, is as usual for the steps.) A shell that can start no process
// ends there and then: how it was is told at its exit.
const supervising = [
  'supervise() {',
  'stopping=; group=; code=forkless; trap "mark done $seq \\$code" EXIT; trap : PIPE; trap "stopping=1; strike TERM" TERM;',
  'CUTOVER_PAYLOAD=$path; CUTOVER_PAYLOAD_PROBLEM=$problem;',
  'test -z "$path" || export CUTOVER_PAYLOAD CUTOVER_PAYLOAD_PROBLEM;',
  'printf "%s\\n" "$script" | $launcher sh 2>&1 & group=$! ;',
  'test -z "$stopping" || strike TERM;',
  'mark started $seq;',
  'wait "$group"; code=$?;',
  'if test -n "$stopping"; then fade "$grace"; strike KILL; fade 5; code=stopped; fi;',
  'test -z "$path" || test ! -e "$path" || rm -f "$path"; };',
];

// Nothing starts before the word to go, so a command that was cut off is never run in part. The process id is
// forgotten when the driver has seen the end: it may belong to a stranger later.
const running = [
  'prepare() { IFS= read -r path; problem=;',
  `case $bytes in 0) ;; ready_*) eval "script=\\$$bytes" ;; *) script=$(take "$bytes") || quit ;; esac;`,
  'test -z "$path" || { problem=$(receive) && problem= || problem=${problem:-unknown error}; }; };',
  'launch() { supervise 2>/dev/null & segment=$! ; };',
  'start() { if read -r verb && test "$verb" = go; then launch;',
  'else test -z "$path" || rm -f "$path"; mark dropped $seq; fi; script=; };',
  'stop() { test -z "$segment" || kill -TERM "$segment"; };',
  'forget() { test -z "$segment" || wait "$segment"; segment=; };',
  'more() { :; }; leave() { stop; forget; };',
];

const obeying = [
  'obey() { case $verb in run) prepare; start;; stop) stop;; seen) forget;; echo) mark echo $seq;;',
  'known) learn known || { rm -f "$lessons/$bytes"; exit 1; };;',
  'again) learn again || exit 1;;',
  'new) test -d "$lessons" || { test -d "${lessons%/*}" && mkdir "$lessons" 2>/dev/null; }; learn fresh || exit 1; keep </dev/null >/dev/null 2>&1 & ;;',
  '*) more;; esac; };',
  'mark ready $known;',
];

/** What the loop needs to run segments that are tied to their connection. */
export const runnerText: string = [
  ...prelude,
  ...launching,
  ...receiving,
  ...stopping,
  ...supervising,
  ...running,
  String(learning),
  ...obeying,
].join('\n');
