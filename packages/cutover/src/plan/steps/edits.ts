import { ScriptExit } from '../../model/failure.ts';
import { liveFile } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/*
 * Files that were edited in a release itself: nobody sees them once another one is in service, and they are removed with theirs. A
 * release is therefore neither left nor removed while it holds some, until somebody has taken them over or accepts the loss.
 */

/** Where such files would lie, relative to a release; none where nothing is edited, or where the loss is accepted. */
export function editable({ routine, accept }: Job['wish']['settings']): readonly string[] {
  return 'content-edits' in accept ? [] : routine.content;
}

/** Refuses to leave a release while it holds edits. `when` is the first look, before anything is built, or the last. */
export function refuseEdits(job: Job, site: Site, when: 'first' | 'last'): Step | null {
  const paths = editable(job.wish.settings);
  const { serves } = site;
  if (paths.length === 0 || serves === null || serves === job.release) return null;
  return step({
    id: when === 'first' ? 'edits' : 'edits-again',
    title: `look ${when === 'first' ? '' : 'once more '}for edits in the release in service`,
    effect: { kind: 'look' },
    script: lines(
      sh`cd ${site.path}`,
      editedFunction(paths),
      sh`
        edits=$(edited ${serves}) || { echo ${unknown}; exit ${ScriptExit.refused}; }
        [ -n "$edits" ] || exit 0
        printf 'These files were edited in the release in service, and are nowhere else:\n%s\n' "$edits"
        echo ${wayOut}
        exit ${ScriptExit.refused}`,
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}

const acceptance = "accept the loss by name: accept: { 'content-edits': '<why>' } in the config.";

/** What to do about edits, for whoever is told of them. */
export const wayOut = `Commit them or move them to a shared path, or ${acceptance}`;

const unknown = `Whether files were edited in the release in service could not be found out, so it is not left. Mend what is said above, or ${acceptance}`;

/**
 * Remembers, just before a release goes live for the first time, where files can be edited in it and which it has there: what differs was edited
 * there. Times alone do not tell, for the clock of a host may be set back, and many a tool keeps the time that a file had elsewhere; nor does
 * its record, which is written again whenever it leaves service or comes back.
 */
export function markLive(job: Job, site: Site): Step | null {
  const paths = editable(job.wish.settings);
  if (paths.length === 0) return null;
  const mark = liveFile('.', job.release);
  return step({
    id: 'live-mark',
    title: 'remember the files that can be edited in the release',
    effect: { kind: 'note' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      contentFunction,
      wasLiveFunction,
      sh`
        list() {
          for path in ${paths}; do
            printf 'in %s\n' "$path"
            content ${job.release} "$path" -exec stat -c '%Y %s %n' {} + || return 1
          done
        }
        [ -e ${mark} ] || was_live ${job.release} || list > ${mark} 2>/dev/null || : > ${mark}`,
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It goes with the release.'),
  });
}

/**
 * `edited RELEASE`: prints the first of its files that are not as they were when it went live; of a path that was not listed then, the ones that are
 * newer. Fails if that cannot be found out. Run in the deploy path.
 */
export function editedFunction(paths: readonly string[]): Shell {
  return lines(
    contentFunction,
    wasLiveFunction,
    sh`
      edited() {
        since=.cutover/releases/$1.live
        if [ ! -e "$since" ]; then
          was_live "$1" || return $(($? - 1))
          since=.cutover/releases/$1.json
        fi
        found=
        for path in ${paths}; do
          if grep -Fqx "in $path" "$since"; then
            files=$(content "$1" "$path" -exec stat -c '%Y %s %n' {} +) || return 1
            files=$(printf '%s\n' "$files" | awk 'NR == FNR { was[$0]; next } !($0 in was) { sub(/^[0-9]+ [0-9]+ /, ""); print }' "$since" -) || return 1
          else
            files=$(content "$1" "$path" -newer "$PWD/$since") || return 1
          fi
          [ -z "$files" ] || found=$(printf '%s\n%s' "$found" "$files")
        done
        printf '%s\n' "$found" | sed -n 2,21p
      }`,
  );
}

/** `was_live RELEASE`: whether its record says that it has been in service; 2 and more if that cannot be read. */
const wasLiveFunction = sh`
  was_live() {
    [ -e ".cutover/releases/$1.json" ] || return 1
    grep -q '"state":"live"' ".cutover/releases/$1.json"
  }`;

/** `content RELEASE PATH TESTS…`: finds the files below this path that are in the release itself and can be edited there. */
const contentFunction = sh`
  content() (
    [ -d "releases/$1" ] || exit 0
    cd "releases/$1" || exit 1
    path=$2 part=$2
    shift 2
    while [ "$part" != . ] && [ ! -L "$part" ]; do part=$(dirname "$part") || exit 1; done
    if [ "$part" = . ] && [ -e "$path" ]; then find "$path" -type f "$@"; fi
  )`;
