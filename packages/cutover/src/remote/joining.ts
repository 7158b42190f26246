import { type Shell, sh } from '../shell/text.ts';

/** How often a follower looks for output between wake-ups while a segment runs, in tenths of a second: each look starts two processes. */
export const lookTenths = 3;

/** How often while none runs, in seconds. */
const idleSeconds = 1;

/**
 * A segment joins what this connection began and nothing has ended since. Its place is claimed by a file that says whose journal it is
 * in, and by which word its marks are known: whoever asks for it later finds it there. Scripts are said by a process of their own, for
 * one that is longer than the FIFO takes waits for its reader. No process of a step ever has the FIFO: the steps' shell ends
 * with the connection.
 */
export const joining: Shell = sh`
  quote() {
    rest=$1; quoted=
    while case $rest in *\'*) ;; *) false ;; esac; do
      quoted=$quoted\${rest%%\'*}"'\\''"
      rest=\${rest#*\'}
    done
    quoted="'$quoted$rest'"
  }
  say() {
    data=
    if test -n "$path"; then
      quote "$path"; data="export CUTOVER_PAYLOAD=$quoted"
      quote "$problem"; data="$data CUTOVER_PAYLOAD_PROBLEM=$quoted"
    fi
    printf '%s\n' "$@" "$data" "$script" >&7 &
  }
  shut() { test -z "$open" || { open=; exec 7>&-; }; }
  unfollow() { test -z "$follower" || { kill "$follower"; wait "$follower"; follower=; }; }
  claim() {
    test ! -e "$place" || return 1
    set -C; printf '%s\n' "\${open##*/} $told" >"$place"; set +C
    who=; read -r who <"$place"
    test "$who" = "\${open##*/} $told" && return
    test -s "$place" || rm -f "$place"
    return 1
  }
  unite() {
    if ! granted; then decline dropped
    elif test "$open" = "$joined" && test -p "$open/wake" && test ! -e "$open/status" && claim; then
      printf '%s\n' "$seq begins" >"$journal/driver"
      printf '%s\n' "$told" >>"$journal/nonce"
      pace 0.${lookTenths}
      say
      mark started "$seq" "$told"
    else decline closed; fi
    script=
  }
  stop() { shut; test -z "$segment" || { test -z "$detached" || begun; kill -TERM "$segment"; } 2>/dev/null; }
  launch() { shut; detached=; supervise 2>/dev/null & segment=$!; }
  forget() {
    if test -n "$detached"; then pace ${idleSeconds}; test ! -e "$journal/status" || follower=
    else test -z "$segment" || wait "$segment"; segment=; fi
  }`;
