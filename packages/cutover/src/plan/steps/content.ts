import { posix } from 'node:path/posix';
import { incomingDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { taskScript } from './task.ts';

/** Remembers the moment before warming begins: what is newer than it was not warmed. Null where nothing is edited. */
export function markContent(job: Job, site: Site): Step | null {
  const paths = contentOf(job);
  if (paths.length === 0) return null;
  return step({
    id: 'content-mark',
    title: 'remember what the content is',
    effect: { kind: 'note' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      // The find of busybox compares whole seconds: what is of the same second counts as newer.
      sh`: > ${markOf(job)}; touch -d "@$(($(date +%s) - 1))" ${markOf(job)} 2>/dev/null || :`,
      contentList(job.release, paths),
      sh`list > ${`${markOf(job)}.list`}`,
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It goes when the deployment closes.'),
  });
}

/** Warms once more when the content has changed since it was warmed; null when nothing warms. */
export function drift(job: Job, site: Site): Step | null {
  const paths = contentOf(job);
  const tasks = job.wish.settings.routine.tasks.filter(({ point }) => point === 'warm');
  if (paths.length === 0 || tasks.length === 0) return null;
  const limits = tasks.map(({ limitMs }) => limitMs ?? job.wish.settings.limits.hookMs);
  return step({
    id: 'drift',
    title: 'warm again if the content has changed meanwhile',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      contentList(job.release, paths),
      sh`
        newer=$(for path in ${paths}; do
          if [ -e releases/${job.release}/"$path" ]; then find -L releases/${job.release}/"$path" -type f -newer ${markOf(job)}; fi
        done | sed 1q)
        if [ -z "$newer" ] && [ "$(list)" = "$(cat ${`${markOf(job)}.list`})" ]; then exit 0; fi
        echo "The content has changed since it was warmed."`,
      ...tasks.map((wanted) => taskScript(job, site, wanted)),
    ),
    limitMs: limits.reduce((sum, one) => sum + one, job.wish.settings.limits.stepMs),
    undo: noUndo('What it warmed is of the new release alone.'),
  });
}

function contentOf(job: Job): readonly string[] {
  return job.wish.settings.routine.content;
}

function markOf(job: Job): string {
  return posix.join(incomingDir('.', job.wish.deployment), 'content');
}

function contentList(release: ReleaseName, paths: readonly string[]): Shell {
  return sh`
    list() {
      for path in ${paths}; do
        [ ! -e releases/${release}/"$path" ] || find -L releases/${release}/"$path" -type f
      done | sort | cksum
    }`;
}
