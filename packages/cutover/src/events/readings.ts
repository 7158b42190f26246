import { gone, moves, style } from './control.ts';

/** A part of a text, from its first character to the one after its last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What can be read of a text. */
export interface Reading {
  readonly text: string;
  /** Where a character of it stands in the whole text; the whole's end for what would come next. */
  at(index: number): number;
}

/** All that can be read in a text: the whole, and what is shown of its lines; with the stretches that were taken back there. */
export interface Readings {
  readonly all: readonly Reading[];
  readonly takenBack: readonly Stretch[];
}

/** What can be read of a text that ends here, or whose last line ends here. */
export function readings(whole: string): Readings {
  const plain: Reading = { text: whole, at: (index) => index };
  if (!moves.test(whole)) return { all: [plain], takenBack: [] };
  const bare = without(plain, Array.from(whole.matchAll(gone), stretchOf));
  const back = takenBack(bare.text);
  const takenBackInWhole = back.map(({ from, to }) => ({ from: bare.at(from), to: bare.at(to - 1) + 1 }));
  return { all: [plain, without(bare, back)], takenBack: takenBackInWhole };
}

/** What is shown of a text, every state of its lines; nothing stays of it that moves anything. */
export function shownOf(whole: string): string {
  return readings(whole).all.at(-1)?.text ?? whole;
}

const token = new RegExp(`${style.source}|[^]`, 'gu');

/** What backspaces took back, themselves included. They take back characters, never a style or the end of a line. */
export function takenBack(text: string): readonly Stretch[] {
  if (!text.includes('\b')) return [];
  const standing: number[] = [];
  const back: Stretch[] = [];
  for (const { 0: read, index } of text.matchAll(token)) {
    if (read === '\b') {
      const from = standing.pop() ?? index;
      while ((back.at(-1)?.from ?? -1) >= from) back.pop();
      back.push({ from, to: index + 1 });
    } else if (read === '\n' || read === '\r') standing.length = 0;
    else if (!read.startsWith('\x1b')) standing.push(index);
  }
  return back;
}

function stretchOf({ 0: found, index }: RegExpExecArray): Stretch {
  return { from: index, to: index + found.length };
}

function without({ text, at }: Reading, gaps: readonly Stretch[]): Reading {
  const places: number[] = [];
  const missing: number[] = [0];
  let kept = '';
  let end = 0;
  for (const { from, to } of gaps) {
    kept += text.slice(end, from);
    places.push(kept.length);
    missing.push(to - kept.length);
    end = to;
  }
  return { text: kept + text.slice(end), at: (index) => at(index + (missing[countUpTo(places, index)] ?? 0)) };
}

/** How many of these ascending numbers are no greater than `most`. */
function countUpTo(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}
