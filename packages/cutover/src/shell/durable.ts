import { type Shell, sh } from './text.ts';

/**
 * `put_files DIRECTORY NAME TEXT…`: the one way by which our own small files are written on a host. Whole under other names, flushed,
 * renamed, and the directory flushed: after a power cut there is the file of before or the new one, never half of either. The other
 * names lie in `$hold`, which is there only while the deployment has the lock: a former owner's rename finds nothing and fails. What an
 * interrupted writer left there may be a second name of the very file, and is removed first. All the files of one call share two
 * flushes, since a flush costs more than all else. `draft_file NAME TEXT` is the writing alone, and `flushed PATH…` the flush alone; a
 * sync that knows no paths flushes everything.
 */
export const putFilesFunction: Shell = sh`
  flushed() { sync "$@" 2>/dev/null || sync; }
  draft_file() {
    [ ! -e "$hold/$1" ] || rm -f "$hold/$1"
    printf '%s\n' "$2" > "$hold/$1" || { rm -f "$hold/$1"; return 1; }
  }
  put_files() {
    into=$1
    shift
    pairs=$(($# / 2))
    while [ "$pairs" -gt 0 ]; do
      draft_file "$1" "$2" || return 1
      set -- "$@" "$hold/$1"
      shift 2
      pairs=$((pairs - 1))
    done
    flushed "$@" && mv -f "$@" "$into/" && flushed "$into" || { rm -f "$@"; return 1; }
  }`;

/** Flushes the file systems that hold these paths, with all that was written to them: without it a power cut after the swap leaves a live release of empty files. */
export function flushAll(...paths: readonly string[]): Shell {
  return sh`sync -f ${paths} 2>/dev/null || sync`;
}
