import type { HostFacts } from '../../model/facts.ts';
import { ScriptExit } from '../../model/failure.ts';
import { releaseRef, removerFile, weightFile } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { isAliveFunction } from '../../shell/alive.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { asideFunction } from './aside.ts';
import { wayOut } from './edits.ts';
import { underLock } from './guard.ts';
import { staysFunction } from './leaving.ts';
import { sweepGhosts, sweepViews } from './leftovers.ts';
import { removeWholeFunction } from './remove-whole.ts';

/** Where a removal is done: in the step, or by a process of its own, for as long as that takes. */
export type Removal = 'now' | 'aside';

/** Removes releases that are kept no longer, except one that must stay: in service, in use, or holding edits that are nowhere else. */
export function prune(wish: Wish, site: Site, parts: { releases: readonly ReleaseName[]; removal: Removal }): Step {
  const { releases, removal } = parts;
  return step({
    id: 'prune',
    title: titleFor(releases),
    effect: { kind: 'prune', releases },
    script: lines(
      underLock(site.path, wish.deployment),
      staysFunction(wish.settings, site),
      removeWholeFunction,
      putAsideFunction,
      sh`
        held=
        left=`,
      earlierRemover,
      removal === 'aside' ? removeAbandoned : null,
      ...releases.map((release) => sh`put_aside ${release}`),
      sweepGhosts,
      sweepViews,
      removal === 'aside' ? removeAside : removeNow(releases.length > 0 && isHeavy(site.facts)),
      repack,
      sh`
        [ -z "$held" ] || { echo ${wayOut}; exit ${ScriptExit.refused}; }
        [ -z "$left" ] || exit 1`,
    ),
    limitMs: wish.settings.limits.transferMs,
    undo: noUndo('Removed releases stay removed: none of them was in service, nor the one before it.'),
  });
}

/** With none it is only waited for what earlier ones put aside. */
function titleFor({ length }: readonly ReleaseName[]): string {
  if (length === 0) return 'wait until old releases are removed';
  return `remove ${length === 1 ? '1 old release' : `${length} old releases`}`;
}

/** More than a release needs, as a rule: what is freed a moment later is not missed then. In kilobytes. */
const plenty = 8 * 1024 * 1024;
const plentyOfInodes = 500_000;
/** The release itself, its spare, and what a build needs meanwhile. */
const timesAsMuch = 3;

/** A deployment does not wait for a removal, unless it may need the room. */
export function removalFor(facts: RoomFacts): Removal {
  const { freeKilobytes, freeInodes, releaseKilobytes } = facts;
  const needed = Math.max(plenty, timesAsMuch * (releaseKilobytes ?? 0));
  const isRoomy = freeKilobytes !== null && freeKilobytes >= needed && (freeInodes ?? plentyOfInodes) >= plentyOfInodes;
  return isRoomy ? 'aside' : 'now';
}

/** Whether the size of releases, by what was measured last, may be all that makes deployments wait. */
function isHeavy({ releaseKilobytes }: RoomFacts): boolean {
  return timesAsMuch * (releaseKilobytes ?? 0) > plenty;
}

type RoomFacts = Pick<HostFacts, 'freeKilobytes' | 'freeInodes' | 'releaseKilobytes'>;

/** A removal that is interrupted must never leave a directory that looks like a release. */
const putAsideFunction = sh`
  put_aside() {
    if stays "$1"; then
      echo "$1 $why"
      [ -z "$edits" ] || { printf '%s\n' "$edits" | sed "s|^|releases/$1/|"; held=1; }
      return 0
    fi
    said="Removed the record of $1." forgetting=
    if [ -d .cutover/repo.git ]; then
      git --git-dir .cutover/repo.git update-ref -d "${sh`${releaseRef('')}`}$1" &
      forgetting=$!
    fi
    if [ -d "releases/$1" ]; then mv "releases/$1" "releases/.trash-$1"; said="Put $1 aside."; fi
    rm -rf ".cutover/processes/$1" ".cutover/releases/$1.json" ".cutover/releases/$1.caches" ".cutover/releases/$1.live" \
      ".cutover/releases/$1".assets-* ".cutover/releases/$1".reuse-*
    [ -z "$forgetting" ] || wait "$forgetting"
    echo "$said"
  }`;

/** Of an earlier deployment. */
const earlierRemover = lines(
  isAliveFunction,
  sh`
    remover=
    if [ -f ${removerFile} ]; then IFS= read -r remover < ${removerFile} || :; fi`,
);

const waitForIt = sh`while is_alive $remover; do sleep 1; done`;

/** All that was put aside, by an earlier removal as well. Why something stays is told. */
const removeAll = sh`
  for trash in releases/.trash-*; do
    [ -e "$trash" ] || continue
    if remove_whole "$trash"; then echo "Removed \${trash#releases/.trash-}."; else left=1; fi
  done`;

/** `weigh PATH` measures what is about to be removed; the largest of all is kept for the next look. */
const weighFunctions = sh`
  weight=0
  weigh() {
    kilobytes=$(du -sk "$1" 2>/dev/null) || :
    kilobytes=\${kilobytes%%[!0-9]*}
    [ "\${kilobytes:-0}" -le "$weight" ] || weight=$kilobytes
  }
  keep_weight() {
    [ "$weight" -eq 0 ] || printf '%s\n' "$weight" > ${weightFile}
  }`;

/** Measuring takes time as well: it is done where it may spare the next ones their waiting. */
function removeNow(isWeighed: boolean): Shell {
  if (!isWeighed) return lines(waitForIt, removeAll);
  return lines(
    waitForIt,
    weighFunctions,
    sh`for trash in releases/.trash-*; do weigh "$trash"; done`,
    removeAll,
    sh`keep_weight`,
  );
}

/** What an earlier one left that does not run any more. */
const removeAbandoned = sh`
  if ! is_alive $remover; then
    ${removeAll}
  fi`;

/** For so long a removal gives way to the deployment that it belongs to, in seconds. */
const givesWay = 600;

/** What runs by itself: two never remove the same. A flush would have to wait for what is removed meanwhile, so it begins when the deployment is over. */
const removing = lines(
  isAliveFunction,
  removeWholeFunction,
  sh`
    remover=$1 hold=$2
    shift 2
    patience=${givesWay}
    while [ -d "$hold" ] && [ "$patience" -gt 0 ]; do sleep 1; patience=$((patience - 1)); done`,
  waitForIt,
  weighFunctions,
  sh`
    for trash; do
      weigh "$trash"
      remove_whole "$trash" || :
    done
    keep_weight`,
);

/** What cannot be removed is told by the next one. */
const removeAside = lines(
  asideFunction,
  sh`
    set -- releases/.trash-*
    if [ -e "$1" ]; then
      aside ${removerFile} ${String(removing)} cutover-remover "$remover" "$hold" "$@"
      echo 'What was put aside is removed by a process of its own.'
    fi`,
);

/** Of packs that became many. */
const repack = sh`
  if [ -d .cutover/repo.git ]; then
    set -- .cutover/repo.git/objects/pack/*.pack
    [ $# -lt 40 ] || git --git-dir .cutover/repo.git repack -adq
  fi`;
