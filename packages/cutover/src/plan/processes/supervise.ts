import { apartLookup } from '../../shell/apart.ts';
import { secondsFunction } from '../../shell/clock.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { knownProcesses } from './known.ts';

/** What the own manager is to keep running. */
export interface Supervised {
  /** The user's shell text. */
  readonly run: string;
  /** The release's directory, absolute. */
  readonly directory: string;
  readonly stopSignal: string;
  readonly restart: boolean;
  /** Absolute; null when it listens on no socket. */
  readonly socket: { readonly path: string; readonly mode: string } | null;
}

/** Bytes of output that are kept, and once more the half of it from before. */
const logBytes = 5_000_000;
const longestPauseSeconds = 30;
/** What ran as long begins anew with the shortest pause. */
const soundSeconds = 60;

/**
 * The script that keeps one process running, in a session of its own and in the process's own directory: `pid` and `child` say who
 * they are, `ended` that it ended by itself, and `stop` is put there before anybody ends it. Told to end, it waits for all that the process started. It writes `pid` before it looks for `stop`,
 * and who stops it does the reverse: one of the two always sees the other.
 */
export function supervisor(wanted: Supervised): Shell {
  return lines(
    sh`#!/bin/sh`,
    knownProcesses,
    secondsFunction,
    sh`
      child=; opener=; stopping=; pause=1
      forward() { kill -${wanted.stopSignal} "-$child" 2>/dev/null || kill -${wanted.stopSignal} "$child" 2>/dev/null || :; }
      trap 'stopping=1; [ -z "$child" ] || forward' TERM
      trap : HUP INT
      ${apartLookup}
      trim() {
        [ "$(wc -c < log)" -gt ${logBytes} ] || return 0
        tail -c ${logBytes / 2} log > log.before.new && mv -f log.before.new log.before && : > log
      }
      note pid $$
      (while sleep 5; do trim; done) &
      trimmer=$!
      while [ -z "$stopping" ] && [ ! -e stop ]; do`,
    wanted.socket === null ? null : sh`rm -f ${wanted.socket.path}`,
    sh`
      (cd ${wanted.directory} && exec $apart sh -c ${wanted.run}) &
      child=$!
      [ -z "$stopping" ] || forward
      note child "$child"`,
    wanted.socket === null ? null : openSocket(wanted.socket),
    sh`
      since=$(seconds)
      wait "$child"; code=$?
      while [ -n "$stopping" ] && kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
      [ -z "$opener" ] || kill "$opener" 2>/dev/null
      if [ -n "$stopping" ]; then
        while kill -0 "-$child" 2>/dev/null; do sleep 0.1 || sleep 1; done
        break
      fi
      kill -TERM "-$child" 2>/dev/null
      child=; opener=
      printf '%s: the process ended with exit code %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$code"
      printf '%s\n' "$code" >> ended
      ${wanted.restart ? sh`:` : sh`break`}
      [ $(($(seconds) - since)) -lt ${soundSeconds} ] || pause=1
      sleep "$pause" & wait $!
      pause=$((pause * 2)); [ "$pause" -le ${longestPauseSeconds} ] || pause=${longestPauseSeconds}`,
    sh`done`,
    sh`kill "$trimmer" 2>/dev/null`,
    sh`rm -f pid`,
  );
}

/** A socket comes with the mode that the umask leaves: who connects must be able to write to it. */
function openSocket({ path, mode }: { readonly path: string; readonly mode: string }): Shell {
  return sh`
    (
      tries=0
      until [ -S ${path} ] || [ "$tries" -ge 600 ]; do sleep 0.1; tries=$((tries + 1)); done
      chmod ${mode} ${path} 2>/dev/null
    ) &
    opener=$!`;
}
