import { type Shell, sh } from './text.ts';

/**
 * `put_file FILE TEXT`: the one way by which our own small files are written on a host. Whole under another name, flushed, renamed,
 * and the directory flushed: after a power cut there is the file of before or the new one, never half of either. The other name lies
 * in `$hold`, which is there only while the deployment has the lock: a former owner's rename finds nothing and fails. `flushed PATH…`
 * is the flush alone; what an interrupted writer left there may be a second name of the very file, and is removed first; a sync that knows no paths flushes everything.
 */
export const putFileFunction: Shell = sh`
  flushed() { sync "$@" 2>/dev/null || sync; }
  put_file() {
    [ ! -e "$hold/\${1##*/}" ] || rm -f "$hold/\${1##*/}"
    printf '%s\n' "$2" > "$hold/\${1##*/}" && flushed "$hold/\${1##*/}" && mv -f "$hold/\${1##*/}" "$1" && flushed "\${1%/*}" || {
      rm -f "$hold/\${1##*/}"
      return 1
    }
  }`;
