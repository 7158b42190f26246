import { posix } from 'node:path/posix';
import { lines, sh } from '../../shell/text.ts';
import { environmentOf } from '../hooks.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { textOf } from './task.ts';

/**
 * Tells the workers of every release that is still there: one that looks for its signal in a cache of its release's own hears only
 * what is said in that release. Null when nothing listens.
 */
export function restart(job: Job, site: Site): Step | null {
  const { routine, limits } = job.wish.settings;
  const signals = routine.tasks.filter(({ point }) => point === 'restart');
  if (signals.length === 0) return null;
  return step({
    id: 'restart',
    title: 'tell the workers of every release to restart',
    effect: { kind: 'task', name: 'restart' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      environmentOf(job, site.host, {}),
      sh`
        failed=
        for directory in releases/*/; do
          [ -d "$directory" ] || continue
          (
            cd "$directory"
            commands=
            knows() {
              [ -f artisan ] || return 1
              [ -n "$commands" ] || commands=$(${textOf('{{ php }}')} artisan list --raw 2>/dev/null) || return 1
              printf '%s\n' "$commands" | grep -q "^$1 "
            }
            tell() { told > ${said(job)} 2>&1 || { echo "In $directory:"; cat ${said(job)}; failed=1; }; }`,
      ...signals.map(
        ({ needs, run }) => sh`
          told() {
          ${textOf(run)}
          }
          if ${textOf(needs ?? 'true')}; then tell; fi`,
      ),
      sh`
            [ -z "$failed" ]
          ) || failed=1
        done
        [ -z "$failed" ]`,
    ),
    limitMs: limits.hookMs,
    undo: noUndo('A worker that restarted runs the release in service.'),
  });
}

/** What a signal printed is only shown when it failed. */
function said(job: Job): string {
  return posix.join('..', '..', '.cutover', 'incoming', job.wish.deployment, 'restart.said');
}

/** Seconds that workers get to finish the job they are at before they are named. */
const graceSeconds = 10;

/** Names the processes that still run the code of a release that was left: they finish a job, or nothing told them. */
export function stragglers(job: Job, site: Site): Step | null {
  if (!job.wish.settings.routine.tasks.some(({ point }) => point === 'restart')) return null;
  return step({
    id: 'stragglers',
    title: 'look for workers of releases that were left',
    effect: { kind: 'look' },
    script: sh`
      cd ${site.path}
      releases=$(cd -P ./releases/. && pwd -P)
      left_behind() {
        ls -l /proc/[0-9]*/cwd 2>/dev/null | grep -F " -> $releases/" | grep -vF "$releases/"${job.release} |
          while IFS= read -r line; do
            pid=\${line%%/cwd -> *}; pid=\${pid##*/proc/}
            command=$(tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null) || continue
            printf '%s in %s: %s\n' "$pid" "\${line##*" -> $releases/"}" "$command"
          done
      }
      [ -d /proc/self ] || exit 0
      waited=0
      while found=$(left_behind) && [ -n "$found" ]; do
        if [ "$waited" -ge ${graceSeconds} ]; then
          printf 'These processes still run a release that was left; they were told to restart:\n%s\n' "$found"
          exit 1
        fi
        sleep 1; waited=$((waited + 1))
      done`,
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}
