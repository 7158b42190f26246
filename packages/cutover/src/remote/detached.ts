import { lines, type Shell, sh } from '../shell/text.ts';
import { joining, lookTenths } from './joining.ts';
import { copying } from './shortening.ts';
import { beginning, common, supervisor } from './supervising.ts';

/**
 * What a claimed journal sets aside, so that its status can be written when the disk is full; its other files are there from the start.
 * As much must be free beside it, for what the steps print and for their marks.
 */
const reservedBytes = 65_536;

/** How long a journal may take from its claim until it holds what every journal does, in tenths of a second. */
const claimingTenths = 10;

/** How long a supervisor that just began may take to say so, in tenths of a second. */
const beginningTenths = 300;

/*
 * A journal that cannot be made is no reason to fail: the steps say better what is wrong, and an undo that gives room back must
 * run on a full disk. Such a segment is tied to its connection, and what was set aside for the journal is given back. (No file is written by `:`, nor opened by a bare `exec`: where that fails a
 * shell may leave.)
 */
const claiming = sh`
  equip() {
    for file in output supervisor group driver; do printf '' >"$journal/$file" || return 1; done
    printf '%s\n' "$told" >"$journal/nonce" && pace 0.${lookTenths} && reserve ${2 * reservedBytes} && reserve ${reservedBytes} && mkfifo "$journal/wake" "$journal/script" &&
      command exec 7<>"$journal/script" 8<"$journal/script" 7>"$journal/script"
  }
  reserve() { printf "%\${1}s" '' >"$journal/reserve"; }
  pace() { printf '%s\n' "$1" >"$journal/pace"; }
  granted() {
    while read -r verb size; do
      case $verb in beat) beat "$size" ;; go) return 0 ;; *) return 1 ;; esac
    done
    return 1
  }
  commence() {
    if granted; then
      shut; unfollow
      test -d "\${journal%/*}" || mkdir -p "\${journal%/*}"
      if mkdir -m 700 "$journal"; then
        if equip; then detach; else yield; tie; fi
      elif test -f "$journal" || { test -e "$journal/nonce" && test -p "$journal/wake"; }; then attach 0
      else tie; fi
    else decline dropped
    fi 2>/dev/null
    script=
  }
  decline() { test -z "$path" || rm -f "$path"; mark "$1" "$seq"; }
  tie() { mark tied "$seq"; launch; }
  detach() {
    detached=1; open=$journal
    printf '%s\n' "$seq begins" >"$journal/driver"
    CUTOVER_JOURNAL=$journal CUTOVER_PAYLOAD=$path \
      $launcher sh -c "$supervisor" cutover "$grace" "$launcher" "$lease" <&8 >/dev/null 2>&1 7>&- 8<&- &
    segment=$!
    exec 8<&-
    say "$beginning" "{ begins $segment; } 2>/dev/null" "exec 6>&-; unset -f begins born; unset birth line state word"
    mark started "$seq" "$told"
    follow 0 2>/dev/null 7>&- & follower=$!
  }`;

/*
 * What was written before the status is copied after it was seen, so nothing is missed. The descriptor keeps its place in the file
 * from one piece to the next. A follower whose connection is gone leaves by itself; the ticks go on for a while, so that it notices. The FIFO is
 * open for both directions: nothing blocks in opening it, and nothing breaks. Nothing is copied at a tick where the output is older than the last
 * look, by the times of files; those of the same moment are not. Where the end of a segment cannot be written down, for the file system was
 * mounted for reading only meanwhile, that is told instead.
 */
const following = sh`
  follow() {
    exec 4<>"$journal/wake" </dev/null
    begin "$1"
    {
      rest=7
      while test "$rest" -gt 0 && { read -r pause <"$journal/pace"; sleep "$pause" || sleep 1; }; do
        kill -0 "$$" || rest=$((rest - 1))
        printf 'tick\n' >&4
      done
    } >/dev/null 2>&1 3<&- 6>&- & ticker=$!
    trap 'kill "$ticker"; exit' TERM
    awaited=${beginningTenths / lookTenths}; news=; unwritten=; seen=$journal/seen-$$
    while :; do
      over=; test ! -e "$journal/status" || over=1
      if test "$news$over" != tick || ! test "$journal/output" -ot "$seen"; then printf '' >"$seen"; copy || break; fi
      test "$now" = "$base" || break
      test -z "$over" && kill -0 "$$" || break
      read -r news <&4
      test -d "$journal" || break
      if test -s "$journal/supervisor"; then awaited=0; else awaited=$((awaited - 1)); fi
      test "$awaited" -gt 0 || lives || test -e "$journal/status" || bury || { copy; unwritten=1; break; }
    done
    kill "$ticker"
    if test "$now" != "$base"; then mark cut "$seq"; return; fi
    if read -r code <"$journal/status"; then mark done "$seq" "$code"
    elif test ! -d "$journal"; then mark foreign "$seq"
    elif test -n "$unwritten"; then mark done "$seq" unwritten
    fi
  }`;

/* Never a process that only has the same number: one of another boot, or another start, is not ours. */
const finding = sh`
  lives() {
    pid=; read -r pid boot0 was <"$journal/supervisor" || return 1
    booted; test "$boot" = "$boot0" && runs "$pid" "$was"
  }
  ours() {
    group=; read -r pid boot0 was <"$journal/supervisor" && read -r group was <"$journal/group" || return 1
    booted; test "$boot" = "$boot0" || return 1
    if born "$group"; then test "$birth" = "$was"; else kill -0 "-$group"; fi
  }
  bury() {
    if ours; then strike TERM; fade "$grace"; strike KILL; fade 5; fi
    test -e "$journal/status" || { finish lost; test -e "$journal/status"; }
  }
  begun() {
    tries=0
    until test -s "$journal/supervisor" || test -e "$journal/status"; do
      test "$tries" -lt ${claimingTenths} || { test -p "$journal/wake" && test "$tries" -lt ${beginningTenths}; } || break
      sleep 0.1 || sleep 1
      tries=$((tries + 1))
    done
  }
  resolve() {
    told=
    test -f "$journal" || return 0
    tries=0
    until read -r joined told <"$journal" || test "$tries" -ge ${claimingTenths}; do
      sleep 0.1 || sleep 1
      tries=$((tries + 1))
    done
    test -n "$told" && journal=\${journal%/*}/$joined
  }
  sound() {
    test -n "$told" || read -r told <"$journal/nonce" || return 1
    test -p "$journal/wake" || return 1
    test -s "$journal/supervisor" || test -e "$journal/status" || return 1
    unshortened
    set -- "$1" $(cd "$journal" && ls -ln output)
    test "$6" -ge "$1"
  }`;

/*
 * `overhear` looks after the follower, and after what makes it look: both start processes, which may be refused there.
 *
 * One that is asked for and not there is barred when it must not begin any more. A journal that is not what it should be is kept aside;
 * what it belonged to is ended if it can be told, and its place stays claimed. One of which nothing was heard, and which says nothing of
 * itself, is what a runner leaves that was killed while it made it.
 */
const attending = sh`
  attach() {
    unfollow
    if test ! -e "$journal"; then mark absent "$seq"; return; fi
    if ! resolve || test ! -d "$journal"; then mark foreign "$seq"; return; fi
    test "$open" = "$journal" || shut
    begun
    if sound "$1"; then
      detached=1; segment=
      ! lives || segment=$pid
      printf '%s\n' "$seq again $$" >"$journal/driver"
      pace 0.${lookTenths}
      mark started "$seq" "$told"
      follow "$1" 2>/dev/null 7>&- & follower=$!
    else
      what=foreign
      test "$1" -gt 0 || speaks || what=unmade
      end
      aside=$journal.aside-$$
      mv "$journal" "$aside" && mkdir -m 700 "$journal" && put status "$what"
      mark "$what" "$seq"
    fi
  }
  speaks() { test -s "$journal/supervisor" || test -s "$journal/output" || test -e "$journal/status"; }
  end() {
    begun
    if test ! -e "$journal/status" && lives; then
      kill -TERM "$pid"
      settled $((grace + 20)) test -e "$journal/status"
    fi
    test -e "$journal/status" || bury
  }
  settle() {
    mkdir -p "\${journal%/*}"
    if mkdir -m 700 "$journal"; then put status barred; elif resolve && test -d "$journal"; then end; fi
  }
  beat() { test -z "$journal" || { printf '%s\n' "$1" >"$journal/driver"; hold "$1"; overhear; } 2>/dev/null; }
  overhear() {
    test -n "$detached" && test -n "$follower" || return 0
    if born "$follower" && test "$state" != Z; then { printf 'tick\n' >&5; } 5<>"$journal/wake"
    else follower=; mark gone; fi
  }
  leave() {
    test -z "$follower" || kill "$follower"
    test -n "$detached" || { stop; forget; }
  }
  more() {
    case $verb in
      detach) IFS= read -r journal; IFS= read -r told; beside=\${journal%/*}; prepare; beside=; commence ;;
      join) IFS= read -r place; IFS= read -r joined; IFS= read -r told; prepare; { unite; } 2>/dev/null ;;
      attach) IFS= read -r journal; { attach "$bytes"; } 2>/dev/null ;;
      settle) IFS= read -r journal; { settle; } 2>/dev/null ;;
      beat) beat "$seq" ;;
      bye) stop; test -z "$segment" || wait "$segment"; mark bye; exit ;;
    esac
  }`;

/**
 * What the loop of `runner.ts` learns on each connection before its first detached segment, beside `lease`: how many looks of a supervisor
 * may pass without a word of a driver.
 */
export const detachedText: Shell = lines(
  common,
  sh`supervisor=${String(supervisor)}`,
  sh`beginning=${String(beginning)}`,
  claiming,
  joining,
  copying,
  following,
  finding,
  attending,
);
