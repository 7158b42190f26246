import { type Shell, sh } from './text.ts';

/** What a file system that is full may still show as free, in KB: xfs keeps some for itself. */
const nothingKilobytes = 256;

/**
 * How many bytes `no_room` is told that are to be written; empty where they are no more than what counts as nothing. A short number would be
 * kept by hosts among what recurs, and differ each time.
 */
export function wantedBytes(bytes: number): string {
  return bytes > nothingKilobytes * 1024 ? String(bytes) : '';
}

/**
 * `no_room DIRECTORY [BYTES]` is true where no inode is left, or not so much space, and says so with the file system and the numbers;
 * `why_unwritten DIRECTORY` says in any case why nothing could be written there. What tools say is not enough: to them no inode is no
 * space, and a shell calls both an I/O error.
 */
export const whyUnwritten: Shell = sh`
  no_room() {
    set -- "$1" "\${2-}" $(stat -f -c '%c %d %a %b %S' "$1" 2>/dev/null || :)
    [ $# -eq 7 ] || return 1
    at=$(df -P "$1" 2>/dev/null | sed -n '2s/^.*[%-] //p')
    case $3,$4 in
      [1-9]*,0) printf 'No inode is left on %s, so no file can be made there, however much space is free: 0 of %s are free.\n' "\${at:-$1}" "$3" ;;
      *)
        [ "$(($5 * $7))" -lt "\${2:-$((${nothingKilobytes} << 10))}" ] || return 1
        [ -z "$2" ] && what=No wanted= || what='Too little' wanted=", and $(($2 >> 10)) KB were to be written"
        printf '%s space is left on %s: %s KB of %s MB are free%s.\n' "$what" "\${at:-$1}" "$(($5 * $7 >> 10))" "$(($6 * $7 >> 20))" "$wanted" ;;
    esac
  }
  why_unwritten() {
    if no_room "$1"; then return 0; fi
    if (: > "$1/trial.$$"); then rm -f "$1/trial.$$"; echo 'By now it can be written to.'; fi 2>&1
    return 1
  }`;
