import { lines, type Shell, sh, tight } from './text.ts';

/** `is_alive PID BOOT START` tells whether that very process still runs: an id alone is given again, after a restart of the host too. It starts no process. */
export const isAliveFunction: Shell = tight`
  boot() { boot_now=; IFS= read -r boot_now < /proc/sys/kernel/random/boot_id; }
  start_of() {
    start_now=
    IFS= read -r stat < "/proc/$1/stat" || return 1
    set -- \${stat##*)}
    [ "$1" != Z ] || return 1
    shift 19
    start_now=$1
  }
  is_alive() {
    [ -n "\${1-}" ] && kill -0 "$1" 2>/dev/null || return 1
    [ "\${3-none}" != none ] || return 0
    { boot && start_of "$1"; } 2>/dev/null && [ "$boot_now" = "$2" ] && [ "$start_now" = "$3" ]
  }`;

/** The same, and `identity PID`, which prints what names a process for good: its id, the boot that it belongs to and the moment of its start. */
export const aliveFunctions: Shell = lines(
  isAliveFunction,
  sh`
    identity() {
      boot 2>/dev/null || boot_now=none
      start_of "$1" 2>/dev/null || start_now=none
      printf '%s %s %s\n' "$1" "$boot_now" "$start_now"
    }`,
);
