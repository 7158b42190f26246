import type { DeploymentId } from '../../model/deployment.ts';
import { releaseRef } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { processFunctions } from '../processes/halt.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { inUseFunction, mayBeUsedFunction } from './in-use.ts';
import { sweepGhosts, sweepViews } from './leftovers.ts';
import { inServiceFunction } from './swap.ts';

/** What a removal is carried out with. */
export interface Pruning {
  readonly deployment: DeploymentId;
  readonly limitMs: number;
  /** Whether releases may have processes of which only their manager knows. */
  readonly hasProcesses: boolean;
  /** Whether requests run in workers of PHP, which belong to another user as a rule. */
  readonly isPhp: boolean;
}

/** As the settings have it. */
export function pruning({ settings, deployment }: Wish): Pruning {
  return {
    deployment,
    limitMs: settings.limits.transferMs,
    hasProcesses: settings.processes.length > 0,
    isPhp: settings.app.kind === 'php',
  };
}

/** Removes releases that are kept no longer, except one that is in service or that something may still read. */
export function prune(site: Site, releases: readonly ReleaseName[], parts: Pruning): Step {
  return step({
    id: 'prune',
    title: `remove ${releases.length === 1 ? '1 old release' : `${releases.length} old releases`}`,
    effect: { kind: 'prune', releases },
    script: lines(
      underLock(site.path, parts.deployment),
      inServiceFunction,
      inUseFunction,
      parts.isPhp ? mayBeUsedFunction : sh`may_be_used() { false; }`,
      parts.hasProcesses ? processFunctions : null,
      pruneFunctions,
      parts.hasProcesses ? runsIn : sh`runs_in() { false; }`,
      ...releases.map((release) => sh`remove ${release}`),
      sweepGhosts,
      sweepViews,
      sweep,
    ),
    limitMs: parts.limitMs,
    undo: noUndo('Removed releases stay removed: none of them was in service, nor the one before it.'),
  });
}

/** A process of another user has a working directory that cannot be seen: its manager tells. */
const runsIn = sh`
  runs_in() {
    for known in ".cutover/processes/$1"/*/; do
      if alive "\${known%/}"; then return 0; fi
    done
    return 1
  }`;

/** Renamed first: a removal that is interrupted must never leave a directory that looks like a release. */
const pruneFunctions = sh`
  remove() {
    if [ "$(in_service)" = "$1" ]; then echo "$1 is in service: kept."; return 0; fi
    if in_use "$1" || runs_in "$1"; then echo "$1 is still used by a process: kept until the next time."; return 0; fi
    if may_be_used "$1"; then echo "$1 left service less than five minutes ago, and this user cannot see whether a request is still in it: kept until the next time."; return 0; fi
    [ ! -d "releases/$1" ] || mv "releases/$1" "releases/.trash-$1"
    rm -rf ".cutover/processes/$1"
    rm -f ".cutover/releases/$1.json" ".cutover/releases/$1.caches" ".cutover/releases/$1".assets-* ".cutover/releases/$1".reuse-*
    if [ -d .cutover/repo.git ]; then git --git-dir .cutover/repo.git update-ref -d "${sh`${releaseRef('')}`}$1"; fi
    echo "Removed $1."
  }`;

/** What an earlier removal left, and packs that became many. */
const sweep: Shell = sh`
  rm -rf releases/.trash-*
  if [ -d .cutover/repo.git ]; then
    set -- .cutover/repo.git/objects/pack/*.pack
    [ $# -lt 40 ] || git --git-dir .cutover/repo.git repack -adq
  fi`;
