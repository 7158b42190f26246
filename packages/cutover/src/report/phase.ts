import type { DeploymentState } from '../events/state.ts';
import { cleanWord } from './clean.ts';
import type { Paint } from './paint.ts';
import { padBefore, padTo, widthOf } from './width.ts';
import { count, duration, msBetween } from './words.ts';

/** A phase that is over, as one line: how it went, its name, how long it took, how many warnings it gave. */
export function phaseLine(state: DeploymentState, name: string, paint: Paint): string[] {
  const phase = state.phases.find((each) => each.name === name);
  if (phase === undefined) return [];
  const width = Math.max(0, ...state.phases.map((each) => widthOf(cleanWord(each.name))));
  const warnings = state.warnings.filter((trouble) => trouble.phase === name).length;
  const took = duration(phase.startedAt && phase.endedAt ? msBetween(phase.startedAt, phase.endedAt) : 0);
  const note = warnings > 0 ? `  ${paint.warn(count(warnings, 'warning'))}` : '';
  return [
    `${mark(phase.state === 'failed', warnings, paint)} ${padTo(cleanWord(name), width)}  ${paint.dim(padBefore(took, 8))}${note}`,
  ];
}

function mark(isFailed: boolean, warnings: number, paint: Paint): string {
  if (isFailed) return paint.bad('✗');
  return warnings > 0 ? paint.warn('!') : paint.good('✓');
}
