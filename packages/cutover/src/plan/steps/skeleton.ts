import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import { sharedTarget } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/** Makes what the application expects to find: directories, links, and the rest of directories that are shared in part. Null when it expects nothing. */
export function skeleton(job: Job, site: Site): Step | null {
  const { routine, limits } = job.wish.settings;
  const { directories, links, own, mixed } = routine;
  if (directories.length + links.length + own.length + mixed.length === 0) return null;
  return step({
    id: 'skeleton',
    title: 'make the directories and links that the application expects',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`release=${posix.join('releases', job.release)}`,
      own.length === 0 ? null : neverALink(own),
      ...mixed.map((directory) => linkOthers(job, directory)),
      sh`
        for directory in ${directories.length > 0 ? directories : ['.']}; do mkdir -p "$release/$directory"; done`,
      ...links.map(({ from, to }) => linkOne(from, to)),
    ),
    limitMs: limits.stepMs,
    undo: noUndo('It is made inside the release; shared directories stay.'),
  });
}

function neverALink(own: readonly string[]): Shell {
  return sh`
    for path in ${own}; do
      [ ! -L "$release/$path" ] || { printf 'This path is a link, and what it holds is true of one release only: %s\n' "$path"; exit ${ScriptExit.refused}; }
    done`;
}

function linkOne(from: string, to: string): Shell {
  return sh`
    if [ -d "$release/"${posix.dirname(from)} ] && [ ! -e "$release/"${from} ]; then
      rm -f "$release/"${from}; ln -s ${to} "$release/"${from}
    fi`;
}

/** What nobody knows of and the shared place holds was shared before, and goes on to be. */
function linkOthers(job: Job, directory: string): Shell {
  const { routine, layout } = job.wish.settings;
  const place = sharedTarget('.', layout, directory);
  const upwards = posix.relative(posix.join('releases', job.release, directory), place);
  const ours = [...routine.own, ...routine.mixed]
    .filter((path) => posix.dirname(path) === directory)
    .map((path) => posix.basename(path));
  return sh`
    mkdir -p "$release/"${directory}
    for entry in ${`./${place}`}/* ${`./${place}`}/.[!.]*; do
      name=\${entry##*/}
      [ -e "$entry" ] && [ ! -e "$release/"${directory}"/$name" ] || continue
      for other in ${ours.length > 0 ? ours : ['.']}; do [ "$name" != "$other" ] || continue 2; done
      rm -f "$release/"${directory}"/$name"; ln -s ${upwards}"/$name" "$release/"${directory}"/$name"
    done`;
}
