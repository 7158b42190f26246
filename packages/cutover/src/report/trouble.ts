import { isLocked } from '../events/cause.ts';
import type { DeploymentState, Trouble } from '../events/state.ts';
import { cleanLine, lastLines } from './clean.ts';
import { holderIn, holderSentence } from './holder.ts';
import type { Paint } from './paint.ts';
import { failureAdvice, isNoRoom, troubleSentence } from './sentences.ts';

/** How many of a failed step's last lines are shown. */
const linesShown = 20;
/** Nobody reads a line of more characters than this: its beginning and its end tell what it is, and leave the ending in sight. */
const longestShown = 600;
/** When many hosts fail alike, the output of the first ones tells it all; the others get their sentence. */
const shownWhole = 4;

/** What a face shows of troubles. */
export interface TroubleView {
  readonly paint: Paint;
  readonly colour: boolean;
  /** A sentence in as many lines as it takes. */
  wrap(sentence: string): readonly string[];
}

/** What went wrong between two states, as blocks of lines: the sentence, the last lines of exactly that step, the advice. */
export function newTroubles(
  before: DeploymentState,
  after: DeploymentState,
  view: TroubleView,
): readonly (readonly string[])[] {
  const failures = after.failures.slice(before.failures.length);
  const warnings = after.warnings.slice(before.warnings.length);
  return [
    ...failures.map((trouble) => failureLines(trouble, after.failures.indexOf(trouble), view)),
    ...warnings.map((trouble) => warningLines(trouble, after.warnings.indexOf(trouble), view)),
  ];
}

function failureLines(trouble: Trouble, index: number, view: TroubleView): readonly string[] {
  const { paint } = view;
  if (trouble.failure.kind === 'cancelled') return cancelledLines(trouble, view);
  return [...view.wrap(`${paint.bad('✗')} ${paint.bold(troubleSentence(trouble))}`), ...evidence(trouble, index, view)];
}

function warningLines(trouble: Trouble, index: number, view: TroubleView): readonly string[] {
  if (trouble.failure.kind === 'cancelled') return cancelledLines(trouble, view);
  return [...view.wrap(`${view.paint.warn('!')} ${troubleSentence(trouble)}`), ...evidence(trouble, index, view)];
}

/** A step that was cancelled did not fail by itself: one quiet line. */
function cancelledLines(trouble: Trouble, view: TroubleView): readonly string[] {
  return view.wrap(`• ${troubleSentence(trouble)}`).map(view.paint.dim);
}

function evidence(trouble: Trouble, index: number, view: TroubleView): string[] {
  if (index >= shownWhole) return [];
  const advice = failureAdvice(trouble.failure, trouble);
  return [...outputLines(trouble, view), ...(advice === null ? [] : view.wrap(`  ${advice}`))];
}

/** A lock that is held is told in a sentence, and what the sentence has taken from the output is not told twice; everything else as it was printed. */
function outputLines(trouble: Trouble, view: TroubleView): readonly string[] {
  const holder = isLocked(trouble) ? holderIn(trouble.output) : null;
  if (holder !== null) return view.wrap(`  ${holderSentence(holder, Date.parse(trouble.at))}`);
  const output = lastLines(trouble.output, linesShown, view.colour);
  const shown = isNoRoom(trouble.failure) ? output.slice(0, -1) : output;
  return shown.map((line) => `  ${view.paint.dim('│')} ${inShort(line)}`);
}

function inShort(line: string): string {
  if (line.length <= longestShown) return line;
  const bare = cleanLine(line, false);
  return `${bare.slice(0, longestShown / 2)} … ${bare.slice(-longestShown / 2)}`;
}
