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
        edits=$(edited ${serves})
        [ -n "$edits" ] || exit 0
        printf 'These files were edited in the release in service, and are nowhere else:\n%s\n' "$edits"
        echo ${wayOut}
        exit ${ScriptExit.refused}`,
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}

/** What to do about edits, for whoever is told of them. */
export const wayOut =
  "Commit them or move them to a shared path, or accept the loss by name: accept: { 'content-edits': '<why>' } in the config.";

/**
 * Remembers when a release went live for the first time, and which files it had then: what differs was edited there. Times alone do not tell, for
 * the clock of a host may be set back, and many a tool keeps the time that a file had elsewhere; nor does its record, which is written
 * again whenever it leaves service or comes back.
 */
export function markLive(job: Job, site: Site): Step | null {
  const paths = editable(job.wish.settings);
  if (paths.length === 0) return null;
  const mark = liveFile('.', job.release);
  return step({
    id: 'live-mark',
    title: 'remember when the release went live',
    effect: { kind: 'note' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      contentFunction(paths),
      sh`[ -e ${mark} ] || content ${job.release} -exec stat -c '%Y %s %n' {} + > ${mark} 2>/dev/null || : > ${mark}`,
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It goes with the release.'),
  });
}

/** `edited RELEASE`: prints the first of its files that are not as they were when it went live; where a host could not list those, the ones that are newer. Run in the deploy path. */
export function editedFunction(paths: readonly string[]): Shell {
  return lines(
    contentFunction(paths),
    sh`
      edited() {
        since=.cutover/releases/$1.live
        if [ -s "$since" ]; then
          content "$1" -exec stat -c '%Y %s %n' {} + | awk 'NR == FNR { was[$0]; next } !($0 in was) { sub(/^[0-9]+ [0-9]+ /, ""); print }' "$since" - | sed 20q
          return 0
        fi
        if [ ! -e "$since" ]; then
          since=.cutover/releases/$1.json
          grep -q '"state":"live"' "$since" 2>/dev/null || return 0
        fi
        content "$1" -newer "../../$since" | sed 20q
      }`,
  );
}

/** `content RELEASE TESTS…`: finds the files that are in the release itself and can be edited there. */
function contentFunction(paths: readonly string[]): Shell {
  return sh`
    content() (
      cd "releases/$1" 2>/dev/null || exit 0
      shift
      for path in ${paths}; do
        part=$path
        while [ "$part" != . ] && [ ! -L "$part" ]; do part=$(dirname "$part"); done
        if [ "$part" = . ] && [ -e "$path" ]; then find "$path" -type f "$@" || exit 1; fi
      done
    )`;
}
