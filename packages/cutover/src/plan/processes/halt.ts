import { lines, type Shell, sh } from '../../shell/text.ts';
import { bridgeFile } from './bridge.ts';
import { knownProcesses, striking } from './known.ts';
import { systemctlFunctions } from './systemd.ts';

/*
 * Functions that go by a process's directory alone, so that they end what an earlier config started too. In it stand, each on one line:
 * `manager` (who, and the name that it has there), `listen` (what, and where), `ends` (signal, then the tenths of a second for its last requests and
 * for its end).
 */

/** `managed DIR`: sets `manager` and `unit`; fails where nobody was told to run it. */
const managed = sh`
  managed() {
    manager=; unit=
    read -r manager unit 2>/dev/null < "$1/manager"
  }`;

/** `alive DIR`: whether the process runs. */
const alive = sh`
  alive() {
    managed "$1" || return 1
    case $manager in
      own) runs "$1/pid" || runs "$1/child" ;;
      systemd*) ctl "$manager" is-active --quiet "$unit" ;;
      pm2) [ "$(pm2 pid "$unit" 2>/dev/null | tail -n 1)" -gt 0 ] 2>/dev/null ;;
      *) return 1 ;;
    esac
  }`;

/** `may_run DIR`: whether anything of it may run, be it on its way to its end: also where its manager cannot be asked. */
const mayRun = sh`
  may_run() {
    ! alive "$1" || return 0
    case $manager in
      systemd*) case $(ctl "$manager" show -p ActiveState --value "$unit" 2>/dev/null) in inactive | failed) return 1 ;; esac ;;
      pm2) ! command -v pm2 > /dev/null ;;
      *) return 1 ;;
    esac
  }`;

/**
 * `connections DIR`: how many the kernel shows on its socket or port, those that wait to be accepted among them. Fails where that
 * cannot be seen: no /proc, or a socket that is listened on by another name.
 */
const connections = sh`
  connections() {
    kind=; place=
    read -r kind place 2>/dev/null < "$1/listen" || { echo 0; return 0; }
    case $kind in
      socket)
        grep -F " $place" /proc/net/unix 2>/dev/null | {
          open=0; heard=
          while read -r _ _ _ _ _ state _ path; do
            [ "$path" = "$place" ] || continue
            case $state in 01) heard=1 ;; *) open=$((open + 1)) ;; esac
          done
          [ -n "$heard" ] && echo "$open"
        } ;;
      port)
        [ -r /proc/net/tcp ] || return 1
        hex=$(printf '%04X' "$place")
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Ec "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]+ 01 " || : ;;
    esac
  }`;

/**
 * `drained DIR`: waits until no connection was seen five times in a row, within the limit; nobody
 * waits where the socket never came. It always succeeds: what is late is said.
 */
const drained = sh`
  drained() {
    kind=; place=
    read -r kind place 2>/dev/null < "$1/listen" || return 0
    [ "$kind" != socket ] || [ -S "$place" ] || return 0
    signal=; tenths=0; ending=0
    read -r signal tenths ending 2>/dev/null < "$1/ends" || :
    calm=0; open=some
    while [ "$tenths" -gt 0 ] && [ "$calm" -lt 5 ]; do
      open=$(connections "$1") || { echo "Connections cannot be seen here: waiting 5 seconds instead."; sleep 5; return 0; }
      if [ "$open" = 0 ]; then calm=$((calm + 1)); else calm=0; fi
      sleep 0.2 2>/dev/null || sleep 1
      tenths=$((tenths - 2))
    done
    [ "$calm" -eq 5 ] || echo "$open connections were still open after the limit."
  }`;

/**
 * `halt DIR`: ends the process, first by its signal, after the limit by KILL; each only after a look whether it is that very process. The log
 * stays.
 */
const halt = sh`
  halt() {
    signal=TERM; tenths=0; ending=100
    read -r signal tenths ending < "$1/ends" || :
    : > "$1/stop"
    managed "$1" || :
    case $manager in
      systemd*) end_unit "$manager" "$unit" || return 1 ;;
      pm2) if pm2 pid "$unit" 2>/dev/null | grep -q '[0-9]'; then pm2 delete "$unit" > /dev/null || return 1; fi ;;
      *) halt_own "$1" "$signal" "$ending" || return 1 ;;
    esac
    rm -f "$1/manager" "$1/listen" "$1/ends" "$1/pid" "$1/child" "$1/supervise" "$1/environment" "$1/pm2.json" "$1/pm2.out" "$1/${bridgeFile}" "$1/ended" "$1/stop"
  }
  halt_own() {
    if runs "$1/pid"; then kill -TERM "$pid" 2>/dev/null || :; elif runs "$1/child"; then strike "$2" "$pid"; fi
    fade "$3" "$1/pid" || :
    if runs "$1/pid" || runs "$1/child"; then fade 10 "$1/pid" && fade 10 "$1/child" || {
      echo "It did not end within its limit: it is killed."
      read -r child _ < "$1/child" && strike KILL "$child"
    }; fi
    fade 10 "$1/pid" || strike KILL "$pid"
    fade 50 "$1/child" && fade 50 "$1/pid" || { echo "A process does not end even when it is killed."; return 1; }
  }`;

/** `stay DIR`: lets systemd start it with the host from now on. */
const stay = sh`
  stay() {
    managed "$1" || return 0
    case $manager in systemd*) order "$manager" enable --quiet "$unit" ;; esac
  }`;

/** `endings DIR`: how often the process has ended by itself and was started again. */
const endings = sh`
  endings() {
    times=
    managed "$1" || :
    case $manager in
      systemd*) times=$(ctl "$manager" show -p NRestarts --value "$unit" 2>/dev/null) || : ;;
      *) [ ! -e "$1/ended" ] || times=$(wc -l < "$1/ended") ;;
    esac
    echo "$((\${times:-0}))"
  }`;

/** `last_words DIR`: what it said last, as far as this user may see that. */
const lastWords = sh`
  last_words() {
    managed "$1" || :
    case $manager in
      systemd*) ctl "$manager" status --no-pager --full --lines=20 "$unit" 2>&1 || :; echo "The journal has all that it said: $unit." ;;
      *) [ ! -s "$1/log" ] || { echo "The last that it said:"; tail -n 20 "$1/log"; } ;;
    esac
  }`;

/** All of them. */
export const processFunctions: Shell = lines(
  knownProcesses,
  striking,
  systemctlFunctions,
  managed,
  alive,
  mayRun,
  connections,
  drained,
  halt,
  stay,
  endings,
  lastWords,
);
