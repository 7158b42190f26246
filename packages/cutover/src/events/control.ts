/*
 * What tells a terminal to do something else than to show it. This is the only place that knows of it: a mask looks for secrets in what can be
 * read once it is taken out, and the faces take it out.
 */

/** What a title, clipboard, link or device string begins with (OSC, DCS, SOS, PM, APC). */
const opening = String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])`;
/** One character of what it holds, which ends with its line at the latest. */
const inside = String.raw`[^\x07\n\x1b\x80-\x9f]`;
/** CSI with its parameters and its final letter (cursor, erasing, modes, colours); short escapes, and what was cut off at the end. */
const escapes = String.raw`(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~]|$)|\x1b(?:[ -/]+(?:[0-~]|$)|[0-~])?`;
const sequence = String.raw`${opening}${inside}*(?:\x07|\x1b\\|\x9c)|${escapes}`;

/**
 * Every control sequence, in one pattern, so that what stands around a removed one cannot become a new one. Of CSI the parameters and the
 * final letter are caught.
 */
export const sequences = new RegExp(sequence, 'g');

/** Characters that nothing is shown of, and signs that make text run the other way. Not those that end a line, move in it, or take a character of it back. */
export const unseen = /[\0-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** Text without what is not shown of it. */
export interface Bare {
  readonly text: string;
  /** Where a character of it stands in the whole text; the whole's end for what would come next. */
  at(index: number): number;
}

/** Longer than this is no string that may still end. */
const longestString = 8192;

const gone = new RegExp(`${sequence}|${unseen.source}`, 'g');
const goneWithBeginning = new RegExp(
  String.raw`${opening}${inside}{0,${longestString}}\x1b?$|${sequence}|${unseen.source}`,
  'g',
);
const any = new RegExp(String.raw`\x1b|${unseen.source}`);

/**
 * All that can be read in a text whose end may not have come: the whole, what a terminal shows of it, and what it would show if a string
 * that is still open at the end was closed later.
 */
export function readings(whole: string): readonly Bare[] {
  const plain = { text: whole, at: (index: number) => index };
  return any.test(whole) ? [plain, without(whole, gone), without(whole, goneWithBeginning)] : [plain];
}

function without(whole: string, pattern: RegExp): Bare {
  const gaps = [...whole.matchAll(pattern)].map((found) => ({ from: found.index, size: found[0].length }));
  return {
    text: whole.replaceAll(pattern, ''),
    at: (index) => gaps.reduce((place, { from, size }) => (from <= place ? place + size : place), index),
  };
}
