import { lines, type Shell, sh } from '../shell/text.ts';

/*
 * What a step prints may not fill the disk of its host. The steps write straight into `output`, so nothing can stand between: the
 * supervisor looks at its size and, while the steps are halted, takes everything out of the file but its last part. Offsets stay what
 * they were, for what was taken out becomes a hole; `base` says where the file begins now, and `left` keeps the marks of the steps that
 * were in the hole. A follower that sees another base leaves, and its driver attaches anew at the byte that it has heard.
 */

/** How much of a segment's output its journal keeps at least, and how much at most between two looks, in bytes. */
const outputLimits = { kept: 1024 * 1024, cap: 8 * 1024 * 1024 };

/** How much a follower copies between two looks at the base, in bytes: no more can come out of a hole. */
const pieceBytes = 262_144;

/** How long an attaching follower waits for a shortening, in tenths of a second. */
const shorteningTenths = 300;

const basing = sh`based() { now=0; test ! -e "$journal/base" || read -r now <"$journal/base"; }`;

/**
 * For the supervisor. `wc` of busybox reads a whole file and counts to four billion, so `ls` tells the size. A mark ends with its line: what
 * is kept begins at a line, so that no mark is cut in two. `fold` bounds what `grep` must hold of output without lines. Where
 * the disk is full, the last part is left out as well. All is done from within the
 * journal: a path among the arguments of a process is where the `pkill -f` of a hook finds it. The steps' shell writes the marks: once it has halted none is on its way.
 */
export const shortening: Shell = lines(
  basing,
  sh`
    base=0
    sized() { set -- $(cd "$journal" && ls -ln output); size=$5; test -n "$size"; }
    overlong() { sized && test "$((size - base))" -gt ${outputLimits.cap}; }
    halted() { born "$group" && test "$state" = T; }
    shorten() {
      overlong || return 1
      leaving=; trap 'leaving=1' TERM
      strike STOP
      tries=0
      until halted || test "$tries" -ge 20; do sleep 0.1 || sleep 1; tries=$((tries + 1)); done
      abridge
      strike CONT
      trap - TERM; test -z "$leaving" || exit
    }
    abridge() {
      sized || return
      if begins=$(cd "$journal" && keep) && put base "$begins"; then
        base=$begins
        (cd "$journal" && : >output && dd of=output bs=1 seek="$base" count=0 && cat rest >>output) </dev/null
      fi
      rm -f "$journal/rest"
    }
    keep() {
      tail -c ${outputLimits.kept} output | sed 1d >rest || : >rest
      begins=$((size - $(wc -c <rest)))
      { dd bs=1 skip="$base" count=0; head -c "$((begins - base))"; } <output |
        LC_ALL=C tr '\036' '\n' | LC_ALL=C fold -b -w 1024 | LC_ALL=C grep -aFf nonce >>left
      echo "$begins"
    }`,
  // Where much is printed, ten looks in the time of one.
  sh`
    bound() {
      looks=9
      while shorten && test "$looks" -gt 0; do sleep 0.2 || return; looks=$((looks - 1)); done
    }`,
);

/** For followers: the output from a byte on, piece by piece, for as long as the base is the same. */
export const copying: Shell = lines(
  basing,
  sh`
  begin() {
    exec 3<"$journal/output" 6>&1
    based; base=$now; at=$1
    if test "$at" -lt "$base"; then
      while read -r what; do mark past "$seq" "$what"; done <"$journal/left"
      mark skipped "$seq" "$base"; at=$base
    fi
    test "$at" = 0 || dd bs=1 skip="$at" count=0 <&3 >&6
  }
  copy() {
    test -s "$journal/output" || return 0
    some=1+0
    while :; do
      case $some in 1+0*) ;; *) return 0 ;; esac
      test ! -e "$journal/rest" || test -n "$stale" || unshortened
      based; test "$now" = "$base" || return 0
      some=$(LC_ALL=C dd bs=${pieceBytes} count=1 2>&1 >&6 <&3) || return 1
    done
  }
  unshortened() {
    settled ${shorteningTenths} test ! -e "$journal/rest"
    test "$tries" -gt 0 || stale=1
  }`,
);
