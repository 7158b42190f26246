import { ScriptExit } from '../../model/failure.ts';
import { sharedTarget } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { tellNoRoom } from './room.ts';

/** Clones the content repository where there is none yet; null when the project has none. */
export function cloneContent(job: Job, site: Site): Step | null {
  const { content, limits } = job.wish.settings;
  if (content === null) return null;
  const clone = cloneOf(job);
  return step({
    id: 'content-clone',
    title: 'see to the clone of the content repository',
    effect: { kind: 'task', name: 'content-clone' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      tellNoRoom(),
      sh`
        if [ ! -d ${clone}/.git ]; then
          [ ! -e ${clone} ] || [ -z "$(ls -A ${clone})" ] || { printf 'The content repository is to be here, and something else is: %s\n' ${clone}; exit ${ScriptExit.refused}; }
          rm -rf ${clone}.new
          GIT_TERMINAL_PROMPT=0 git clone -q --branch ${content.branch} -- ${content.url} ${clone}.new
          rmdir ${clone} 2>/dev/null || :
          mv ${clone}.new ${clone}
        fi`,
    ),
    limitMs: limits.transferMs,
    undo: noUndo('The clone outlives releases.'),
  });
}

/** Brings the clone up to date: what was committed elsewhere comes in, edits that are not committed yet stay. */
export function pullContent(job: Job, site: Site): Step | null {
  const { content, limits } = job.wish.settings;
  if (content === null) return null;
  return step({
    id: 'content-pull',
    title: 'bring the content up to date',
    effect: { kind: 'task', name: 'content-pull' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`
        cd ${cloneOf(job)}
        GIT_TERMINAL_PROMPT=0 git pull -q --rebase --autostash origin ${content.branch} || {
          git rebase --abort 2>/dev/null || :
          echo "What was edited on this host and what was pushed elsewhere contradict one another: solve it in $(pwd)."
          exit ${ScriptExit.refused}
        }`,
    ),
    limitMs: limits.transferMs,
    undo: noUndo('Content that was pulled stays.'),
  });
}

/** Prints how the content repository stands, as one line: branch, edits that are not committed, commits that are not pushed. */
export function contentState(clone: string): Shell {
  return sh`
    cd ${clone} 2>/dev/null && [ -d .git ] || exit 0
    printf 'content %s %s %s\n' "$(git rev-parse --abbrev-ref HEAD)" "$(git status --porcelain | wc -l | tr -d ' ')" "$(git rev-list --count '@{upstream}..HEAD' 2>/dev/null || echo 0)"`;
}

function cloneOf(job: Job): string {
  const { layout, content } = job.wish.settings;
  return `./${sharedTarget('.', layout, content?.directory ?? '')}`;
}
