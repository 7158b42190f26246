import { median } from '../kit/statistics.ts';
import { table } from '../kit/table.ts';
import type { StartTimes } from './measure.ts';

/** `cutover --help` may take this much longer than `node -e 0`: milliseconds, difference of the medians. */
const limitMs = 60;

/** Medians, and whether the limit was kept. */
export interface Verdict {
  readonly state: 'reached' | 'not reached' | 'not measured';
  readonly nodeMs: number | null;
  readonly cutoverMs: number | null;
}

/** Judges the times. */
export function verdict({ node, cutover }: StartTimes): Verdict {
  if (cutover === null) return { state: 'not measured', nodeMs: null, cutoverMs: null };
  const [nodeMs, cutoverMs] = [median(node), median(cutover)];
  return { state: cutoverMs - nodeMs <= limitMs ? 'reached' : 'not reached', nodeMs, cutoverMs };
}

/** The verdict for people. */
export function report(found: Verdict & { readonly runs: number; readonly load: string }): string {
  const { nodeMs, cutoverMs, state, runs, load } = found;
  if (nodeMs === null || cutoverMs === null) return 'not measured: `cutover --help` does not succeed';
  return [
    `Medians of ${runs} starts each, taken in turn. Load of the machine: ${load}.`,
    '',
    table([
      ['', 'ms', '× node', 'more ms'],
      ['node -e 0', nodeMs.toFixed(0), '1.00', '0'],
      ['cutover --help', cutoverMs.toFixed(0), (cutoverMs / nodeMs).toFixed(2), (cutoverMs - nodeMs).toFixed(0)],
    ]),
    '',
    `${state}: at most ${limitMs} ms more than node itself`,
  ].join('\n');
}
