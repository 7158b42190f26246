import { lines, type Shell, sh, tight } from './text.ts';

/** `is_alive PID BOOT START` tells whether that very process still runs: an id alone is given again, after a restart of the host too. */
export const isAliveFunction: Shell = tight`
  boot() { IFS= read -r booted < /proc/sys/kernel/random/boot_id && printf %s "$booted"; }
  start_of() {
    IFS= read -r stat < "/proc/$1/stat" || return 1
    set -- \${stat##*)}
    [ "$1" != Z ] || return 1
    shift 19
    printf %s "$1"
  }
  is_alive() {
    [ -n "\${1-}" ] && kill -0 "$1" 2>/dev/null || return 1
    [ "\${3-none}" != none ] || return 0
    [ "$(boot 2>/dev/null)" = "$2" ] && [ "$(start_of "$1" 2>/dev/null)" = "$3" ]
  }`;

/** The same, and `identity PID`, which prints what names a process for good: its id, the boot that it belongs to and the moment of its start. */
export const aliveFunctions: Shell = lines(
  isAliveFunction,
  sh`identity() { printf '%s %s %s\n' "$1" "$(boot 2>/dev/null || printf none)" "$(start_of "$1" 2>/dev/null || printf none)"; }`,
);
