import { sh } from '../../shell/text.ts';

/*
 * How a process is known again: by its id, the boot, and the moment it began. An id alone may belong to a stranger by now.
 */

/** `note FILE PID` writes a process down; `runs FILE` tells whether that very process still runs, and sets `pid`. */
export const knownProcesses = sh`
  boot=
  if [ -r /proc/sys/kernel/random/boot_id ]; then IFS= read -r boot < /proc/sys/kernel/random/boot_id || :
  else boot=$(sysctl -n kern.boottime 2>/dev/null | tr -cd '0-9') || :
  fi
  look_up() {
    moment=
    if [ -r "/proc/$1/stat" ]; then
      IFS= read -r stat 2>/dev/null < "/proc/$1/stat" || return 0
      set -- \${stat##*') '}
      case $1 in [ZX]) return 0 ;; esac
      shift 19; moment=$1
    elif [ ! -d /proc/self ]; then moment=$(ps -o lstart= -p "$1" 2>/dev/null | tr -cd '0-9') || :
    fi
  }
  note() {
    look_up "$2"
    printf '%s %s %s\n' "$2" "$boot" "$moment" > "$1.new" && mv -f "$1.new" "$1"
  }
  runs() {
    pid=; on=; since=
    read -r pid on since 2>/dev/null < "$1" || return 1
    [ -n "$since" ] && [ "$on" = "$boot" ] && look_up "$pid" && [ "$moment" = "$since" ]
  }`;

/** `strike SIGNAL PID`: to the process and all that it started, which are one group. `fade LIMIT FILE`: waits so many tenths of a second for its end. */
export const striking = sh`
  strike() { kill "-$1" "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || :; }
  nap() { sleep 0.1 2>/dev/null || sleep 1; }
  fade() {
    tenths=$1
    while [ "$tenths" -gt 0 ]; do
      runs "$2" || return 0
      nap; tenths=$((tenths - 1))
    done
    ! runs "$2"
  }`;
