/*
 * What tells a terminal to do something else than to show it. This is the only place that recognises it: a mask looks for secrets in what can be
 * read once it is taken out, and the faces take it out.
 */

/** No sequence has a longer part than this, in characters, or goes beyond its line: what begins like one and has no end is shown. */
export const longestSequence = 8192;

const some = `{0,${longestSequence}}`;
/** What a title, clipboard, link or device string begins with (OSC, DCS, SOS, PM, APC). */
const opening = String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])`;
/** One character of what it holds. */
const inside = String.raw`[^\x07\n\r\x1b\x80-\x9f]`;
const lineEnd = String.raw`(?![^\n])`;
/** CSI with its parameters and its final letter (cursor, erasing, modes, colours); short escapes, and what was cut off at the end of a line. */
const escapes = String.raw`(?:\x1b\[|\x9b)[0-?]${some}[ -/]${some}(?:[@-~]|${lineEnd})|\x1b(?:[ -/]{1,${longestSequence}}(?:[0-~]|${lineEnd})|[0-~])?`;
const sequence = String.raw`${opening}${inside}${some}(?:\x07|\x1b\\|\x9c)|${escapes}`;
/** Characters that nothing is shown of, and signs that make text run the other way. Not those that end a line, move in it, or take a character of it back. */
const unseen = String.raw`[\0-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]`;

/** Everything of which nothing is shown, in one pattern, so that what stands around a removed sequence cannot become a new one. */
export const gone = new RegExp(String.raw`${sequence}|${unseen}+|\r+(?=\n)`, 'g');

/** Whether a text has anything in it of which nothing is shown, or that takes back or writes over what stands before it. */
export const moves = new RegExp(String.raw`[\x1b\b\r]|${unseen}`);

/** A sequence at the end of a text that has only begun. */
export const begun = new RegExp(
  String.raw`(?:${opening}${inside}${some}\x1b?|(?:\x1b\[|\x9b)[0-?]${some}[ -/]${some}|\x1b[ -/]${some})$`,
);

/** Colours and styles, which cannot move anything. */
export const style = /\x1b\[[\d;:]*m/;
