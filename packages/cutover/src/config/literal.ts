import type { Path, Place } from './problem.ts';

/** Where a path stands in the object or list literal that begins at `start`, or its nearest ancestor that is written there. */
export function follow(text: string, start: number, path: Path): number {
  let [place, value] = [start, start];
  for (const key of path) {
    const below = entries(text, value).find((entry) => entry.key === key);
    if (below === undefined) break;
    [place, value] = [below.place, below.value];
  }
  return place;
}

/** Where the first key stands that its object has already; null where all are unique. */
export function repeatedKey(text: string, start: number): number | null {
  const found = entries(text, start);
  for (const [i, { key, place, value }] of found.entries()) {
    if (found.findIndex((entry) => entry.key === key) < i) return place;
    const below = repeatedKey(text, value);
    if (below !== null) return below;
  }
  return null;
}

interface Entry {
  readonly key: string | number;
  readonly place: number;
  /** Where the value begins. */
  readonly value: number;
}

/** The entries of the object or list literal that begins at `open`; none when there is no literal. */
function entries(text: string, open: number): Entry[] {
  const isList = text[open] === '[';
  if (!isList && text[open] !== '{') return [];
  const found: Entry[] = [];
  let at = afterSpace(text, open + 1);
  for (let i = 0; at < text.length && !isClosing(text[at]); i++) {
    const entry = isList ? { key: i, place: at, value: at } : property(text, at);
    if (entry !== null) found.push(entry);
    const end = endOfValue(text, at);
    at = text[end] === ',' ? afterSpace(text, end + 1) : end;
  }
  return found;
}

/** A property with a name that can be read; spreads, methods and computed names cannot. */
function property(text: string, at: number): Entry | null {
  const match = /^(?:([A-Za-z_$][\w$]*|\d+)|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")/.exec(
    text.slice(at, at + 300),
  );
  if (match === null) return null;
  const colon = afterSpace(text, at + match[0].length);
  const key = match[1] ?? match[2] ?? match[3] ?? '';
  return { key, place: at, value: text[colon] === ':' ? afterSpace(text, colon + 1) : at };
}

/** Where the entry that begins at `from` ends: the comma or the closing bracket after it. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length && !(depth === 0 && (text[at] === ',' || isClosing(text[at])))) {
    if (/[{[(]/.test(text[at] ?? '')) depth++;
    if (isClosing(text[at])) depth--;
    at = afterToken(text, at);
  }
  return at;
}

function isClosing(character: string | undefined): boolean {
  return character === '}' || character === ']' || character === ')';
}

/** Past one text, comment or other character. */
export function afterToken(text: string, at: number): number {
  const rest = text.slice(at, at + 2);
  if (rest === '//') return endOf(text, '\n', at);
  if (rest === '/*') return endOf(text, '*/', at + 2);
  const quote = text[at] ?? '';
  return /["'`]/.test(quote) ? afterText(text, at, quote) : at + 1;
}

function afterText(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote || (text[at] === '\n' && quote !== '`')) return at + 1;
  }
  return text.length;
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

/** Past blanks, line ends and comments. */
export function afterSpace(text: string, from: number): number {
  let at = from;
  for (let before = -1; before !== at; ) {
    before = at;
    while (/\s/.test(text[at] ?? '')) at++;
    if (text.startsWith('//', at) || text.startsWith('/*', at)) at = afterToken(text, at);
  }
  return at;
}

/** The line and column of an offset. */
export function placeAt(text: string, file: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
