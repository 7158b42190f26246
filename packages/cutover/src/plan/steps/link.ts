import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import { sharedTarget } from '../../model/layout.ts';
import type { SharedPath } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/** Links the shared paths into the release; null when there are none. */
export function link(job: Job, site: Site): Step | null {
  const { shared, limits } = job.wish.settings;
  if (shared.length === 0) return null;
  return step({
    id: 'link',
    title: `link ${shared.length === 1 ? '1 shared path' : `${shared.length} shared paths`}`,
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      linkFunctions,
      ...outerFirst(shared).map((path) => linkOne(job, path)),
    ),
    limitMs: limits.stepMs,
    undo: noUndo('The links go with the release; shared paths that were made stay, for they may hold data already.'),
  });
}

/**
 * A path that runs through a link of the release would leave it: refused. What the release itself ships at a shared
 * directory becomes the first content of that directory, never of a file such as `.env`. Where `releases` is a link to another disk, no
 * relative link leads back from there.
 */
const linkFunctions = sh`
  apart=; [ releases/.. -ef . ] || apart=$PWD
  lead() {
    clear_away "\${release:?}/$1"
    if [ -n "$apart" ]; then ln -s "$apart/\${2#./}" "$release/$1"; else ln -s "$3" "$release/$1"; fi
  }
  inside() {
    part=$1
    while part=\${part%/*} && [ "$part" != "$release" ]; do
      [ ! -L "$part" ] || { printf 'A link in the release is in the way of a shared path: %s\n' "$part"; exit ${ScriptExit.refused}; }
    done
    [ -d "\${1%/*}" ] || mkdir -p "\${1%/*}"
  }
  clear_away() {
    if [ -e "$1" ] || [ -L "$1" ]; then rm -rf "$1"; fi
  }
  share_directory() {
    inside "$release/$1"
    if [ ! -e "$2" ]; then
      rm -rf "$2.first"; mkdir -p "$2.first"
      if [ -d "$release/$1" ] && [ ! -L "$release/$1" ]; then cp -R "$release/$1/." "$2.first/" || { rm -rf "$2.first"; exit 1; }; fi
      mv "$2.first" "$2"
    fi
    [ -d "$2" ] || { printf 'A shared directory is expected here, and something else is: %s\n' "$2"; exit ${ScriptExit.refused}; }
    lead "$@"
  }
  share_file() {
    inside "$release/$1"
    lead "$@"
  }
  must_exist() { printf 'The shared file %s is missing.\n' "$1"; exit ${ScriptExit.missingShared}; }`;

/** A directory gets its first content before one within it is made. */
function outerFirst(shared: readonly SharedPath[]): readonly SharedPath[] {
  return shared.toSorted((a, b) => a.to.split('/').length - b.to.split('/').length);
}

function linkOne(job: Job, path: SharedPath): Shell {
  const { layout } = job.wish.settings;
  const target = `./${sharedTarget('.', layout, path.to)}`;
  const upwards = posix.relative(posix.dirname(posix.join('releases', job.release, path.from)), target);
  const release = posix.join('releases', job.release);
  if (path.type === 'directory') return sh`release=${release}; share_directory ${path.from} ${target} ${upwards}`;
  const otherwise = path.required ? sh`must_exist ${target}` : sh`:`;
  return sh`release=${release}; if [ -f ${target} ]; then share_file ${path.from} ${target} ${upwards}; else ${otherwise}; fi`;
}
