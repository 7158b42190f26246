import type { Holder } from '../../model/deployment.ts';
import { historyFile } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Revision } from '../../model/revision.ts';
import { sh } from '../../shell/text.ts';
import type { Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { deploymentMark } from '../records.ts';
import { noUndo, step } from '../step.ts';
import { unlock } from './lock.ts';
import { inServiceFunction } from './swap.ts';

/** What the engine tells closing steps by environment: how the deployment ended. */
export const outcomeVariable = 'CUTOVER_OUTCOME';

/** The id of the closing step whose output is what the host serves. */
export const servesStep = 'serves';

/** What closing work is made from. */
export interface ClosingParts extends Remembered {
  readonly limitMs: number;
}

/** What a host's history remembers of a deployment. */
export interface Remembered {
  readonly holder: Holder;
  readonly site: Site;
  readonly release: ReleaseName | null;
  readonly revision: Revision | null;
}

/** Writes the deployment into the host's history, gives the lock back, and looks at what is in service. */
export function closing(parts: ClosingParts): readonly Step[] {
  return [history(parts), unlock(parts.holder.deployment, parts.site.path, parts.limitMs), serves(parts)];
}

/** One line of JSON for each deployment, the newest last; only while the lock is ours, so that lines never mix. */
function history(parts: ClosingParts): Step {
  const { holder, site } = parts;
  const { head, tail } = historyLine(parts);
  return step({
    id: 'history',
    title: 'write the history',
    effect: { kind: 'note' },
    script: sh`
      cd ${site.path} 2>/dev/null || exit 0
      [ -e .cutover/lock/holder ] || exit 0
      IFS= read -r holder < .cutover/lock/holder || holder=
      case $holder in *${deploymentMark(holder.deployment)}*) ;; *) exit 0 ;; esac
      printf '%s%s%s%s%s\n' ${head} "$${sh`${outcomeVariable}`}" ${tail} "$(date -u +%Y-%m-%dT%H:%M:%SZ)" ${'"}'} >> ${historyFile}`,
    limitMs: parts.limitMs,
    secrets: [outcomeVariable],
    undo: noUndo('Closing work is not taken back.'),
  });
}

/**
 * What stands before the outcome in a line of the history, and between the outcome and the moment of the end. It began by the host's own
 * clock, as it will end.
 */
export function historyLine({ holder, site, release, revision }: Remembered): {
  readonly head: string;
  readonly tail: string;
} {
  const { pid: _, ...told } = holder;
  const line = JSON.stringify({ ...told, release, revision, began: site.facts.clock });
  return { head: `${line.slice(0, -1)},"outcome":"`, tail: '","ended":"' };
}

function serves(parts: ClosingParts): Step {
  return step({
    id: servesStep,
    title: 'look at what is in service',
    effect: { kind: 'look' },
    script: sh`
      cd ${parts.site.path} 2>/dev/null || exit 0
      ${inServiceFunction}
      in_service
      [ -z "$serves" ] || printf '%s\n' "$serves"`,
    limitMs: parts.limitMs,
    undo: noUndo('It only looks.'),
  });
}
