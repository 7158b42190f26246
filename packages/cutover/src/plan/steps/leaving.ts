import type { Settings } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site } from '../job.ts';
import { processFunctions } from '../processes/halt.ts';
import { editable, editedFunction } from './edits.ts';
import { inUseFunction, mayBeUsedFunction } from './in-use.ts';
import { inServiceFunction } from './swap.ts';

/**
 * `stays RELEASE`: whether a release must stay as it is, files and caches alike, and in `$why` for what reason; `$edits` is what
 * was edited in it and is nowhere else. What removes a release and what purges its caches ask the same. Run in the deploy path.
 */
export function staysFunction(settings: Settings, { facts }: Site): Shell {
  const paths = editable(settings);
  // What an earlier config started may run on under one that has no processes any more.
  const hasProcesses = settings.processes.length + facts.processes.length > 0;
  return lines(
    inServiceFunction,
    inUseFunction,
    // Requests run in workers of PHP, which belong to another user as a rule.
    settings.app.kind === 'php' ? mayBeUsedFunction : sh`may_be_used() { return 1; }`,
    hasProcesses ? processFunctions : null,
    hasProcesses ? runsIn : sh`runs_in() { return 1; }`,
    paths.length > 0 ? editedFunction(paths) : sh`edited() { :; }`,
    sh`
      stays() {
        edits=
        in_service
        if [ "$serves" = "$1" ]; then why="is in service: kept."
        elif in_use "$1" || runs_in "$1"; then why="is still used by a process: kept until the next time."
        elif may_be_used "$1"; then why="left service less than five minutes ago, and this user cannot see whether a request is still in it: kept until the next time."
        else
          why="may hold files that were edited in it, which could not be found out: kept."
          edits=$(edited "$1") || return 0
          [ -n "$edits" ] || return 1
          why="holds files that were edited in it and are nowhere else: kept."
        fi
      }`,
  );
}

/** A process of another user has a working directory that cannot be seen: its manager tells. Where that one cannot be asked, nothing is removed. */
const runsIn = sh`
  runs_in() {
    for known in ".cutover/processes/$1"/*/; do
      if may_run "\${known%/}"; then return 0; fi
    done
    return 1
  }`;
