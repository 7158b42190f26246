import type { Effect } from '../../model/effect.ts';
import type { Host } from '../../model/host.ts';
import { releaseDir } from '../../model/layout.ts';
import type { Task } from '../../model/task.ts';
import { lines, ownText, type Shell, sh } from '../../shell/text.ts';
import { environmentOf, withVariables } from '../hooks.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { tellNoRoom } from './room.ts';

/** Work of the recipe in the release, before it goes live. */
export function task(job: Job, site: Site, wanted: Task): Step {
  return step({
    id: `task-${wanted.name}`,
    title: wanted.title,
    effect: effectOf(job, wanted),
    script: lines(underLock(site.path, job.wish.deployment), tellNoRoom(), taskScript(job, site, wanted)),
    limitMs: wanted.limitMs ?? job.wish.settings.limits.hookMs,
    undo: noUndo(whyNot[wanted.point]),
  });
}

/** What a task does, in a shell of its own that begins anywhere. */
export function taskScript(job: Job, site: Site, wanted: Task): Shell {
  const body = lines(
    environmentOf(job, site.host, surroundings(job, site.host, wanted)),
    sh`cd ${releaseDir(site.path, job.release)}`,
    wanted.needs === null ? null : sh`if ! { ${textOf(wanted.needs)}; }; then exit 0; fi`,
    textOf(wanted.run),
  );
  return sh`
    (
    ${body}
    )`;
}

/** Shell text with `{{ variables }}`, from a recipe or the config. */
export function textOf(text: string): Shell {
  return ownText(withVariables(text));
}

/** What is built must neither read nor clear the caches of the release in service. */
export function surroundings(job: Job, host: Host, { point }: Pick<Task, 'point'>): Readonly<Record<string, string>> {
  const { shield, environment } = job.wish.settings.routine;
  const directory = releaseDir(host.deployPath, job.release);
  const own = Object.entries(environment).map(([name, value]): readonly [string, string] => [
    name,
    value.replaceAll('{{ release }}', directory),
  ]);
  const isBefore = ['build', 'cache', 'compile'].includes(point);
  return { ...(isBefore ? Object.fromEntries(own) : {}), ...(point === 'build' ? shield : {}) };
}

function effectOf(job: Job, { name, point }: Task): Effect {
  const isInside = ['build', 'cache', 'compile', 'warm', 'refresh'].includes(point);
  return isInside ? { kind: 'build', release: job.release } : { kind: 'task', name };
}

const whyNot: Readonly<Record<Task['point'], string>> = {
  build: 'What it made goes with the release.',
  cache: 'What it made goes with the release.',
  compile: 'What it made goes with the release.',
  migrate: 'A migration stays: the release before must be able to live with it.',
  warm: 'What it warmed is of the new release alone.',
  refresh: 'Its caches are as true as before, or more so.',
  restart: 'A worker that restarted runs the release in service.',
  finish: 'It comes after the point of no return.',
};
