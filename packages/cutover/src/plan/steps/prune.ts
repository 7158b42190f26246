import { ScriptExit } from '../../model/failure.ts';
import { releaseRef } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { wayOut } from './edits.ts';
import { underLock } from './guard.ts';
import { staysFunction } from './leaving.ts';
import { sweepGhosts, sweepViews } from './leftovers.ts';
import { removeWholeFunction } from './remove-whole.ts';

/** Removes releases that are kept no longer, except one that must stay: in service, in use, or holding edits that are nowhere else. */
export function prune(wish: Wish, site: Site, releases: readonly ReleaseName[]): Step {
  return step({
    id: 'prune',
    title: `remove ${releases.length === 1 ? '1 old release' : `${releases.length} old releases`}`,
    effect: { kind: 'prune', releases },
    script: lines(
      underLock(site.path, wish.deployment),
      staysFunction(wish.settings),
      removeWholeFunction,
      pruneFunctions,
      ...releases.map((release) => sh`remove ${release}`),
      sweepGhosts,
      sweepViews,
      sweep,
      sh`
        [ -z "$held" ] || { echo ${wayOut}; exit ${ScriptExit.refused}; }
        [ -z "$left" ] || exit 1`,
    ),
    limitMs: wish.settings.limits.transferMs,
    undo: noUndo('Removed releases stay removed: none of them was in service, nor the one before it.'),
  });
}

/** Renamed first: a removal that is interrupted must never leave a directory that looks like a release. What is in it goes last of all. */
const pruneFunctions = sh`
  held=
  remove() {
    if stays "$1"; then
      echo "$1 $why"
      [ -z "$edits" ] || { printf '%s\n' "$edits" | sed "s|^|releases/$1/|"; held=1; }
      return 0
    fi
    [ ! -d "releases/$1" ] || mv "releases/$1" "releases/.trash-$1"
    rm -rf ".cutover/processes/$1" ".cutover/releases/$1.json" ".cutover/releases/$1.caches" ".cutover/releases/$1.live" \
      ".cutover/releases/$1".assets-* ".cutover/releases/$1".reuse-*
    if [ -d .cutover/repo.git ]; then git --git-dir .cutover/repo.git update-ref -d "${sh`${releaseRef('')}`}$1"; fi
    echo "Removed $1."
  }`;

/** What was renamed, by an earlier removal as well, and packs that became many. */
const sweep: Shell = sh`
  left=
  for trash in releases/.trash-*; do [ ! -e "$trash" ] || remove_whole "$trash" || left=1; done
  if [ -d .cutover/repo.git ]; then
    set -- .cutover/repo.git/objects/pack/*.pack
    [ $# -lt 40 ] || git --git-dir .cutover/repo.git repack -adq
  fi`;
