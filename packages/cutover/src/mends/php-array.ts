/** The array that a config file of PHP returns, with the place of everything in the text. */
export interface PhpArray {
  /** Just behind the opening bracket. */
  readonly open: number;
  /** The closing bracket. */
  readonly close: number;
  readonly entries: readonly PhpEntry[];
}

/** One entry of it. */
export interface PhpEntry {
  /** Null for one without a key, or with one that is no plain string. */
  readonly key: string | null;
  readonly start: number;
  readonly valueStart: number;
  /** Behind the value. */
  readonly end: number;
  /** The value, where it is an array itself. */
  readonly array: PhpArray | null;
}

/** Reads a config file; null when it is anything else than comments, imports, and one `return` of an array. */
export function parseConfig(text: string): PhpArray | null {
  if (text.includes('<<<') || !/^<\?php\b/.test(text)) return null;
  const returned = /\breturn\b/.exec(withoutText(text));
  if (returned === null) return null;
  const start = skipBlank(text, returned.index + 'return'.length);
  const found = arrayAt(text, start);
  if (found === null) return null;
  return text[skipBlank(text, found.close + 1)] === ';' ? found : null;
}

/** The entry that the keys lead to. */
export function entryAt(array: PhpArray | null, ...keys: readonly string[]): PhpEntry | null {
  const [first, ...rest] = keys;
  const entry = array?.entries.find(({ key }) => key === first) ?? null;
  return entry === null || rest.length === 0 ? entry : entryAt(entry.array, ...rest);
}

/** What stands there as the value. */
export function codeOf(text: string, entry: PhpEntry): string {
  return text.slice(entry.valueStart, entry.end);
}

/** The string that a value is, or that `env()` falls back to; null where it is neither. */
export function literalOf(code: string): string | null {
  const [, quote, value] =
    /^(?:env\(\s*(?:'[^']*'|"[^"]*")\s*,\s*)?(['"])((?:(?!\1)[^\\$])*)\1\s*\)?$/.exec(code) ?? [];
  return quote === undefined ? null : (value ?? null);
}

/** The variable that a value comes from. */
export function variableOf(code: string): string | null {
  return /^env\(\s*['"](\w+)['"]/.exec(code)?.[1] ?? null;
}

function arrayAt(text: string, at: number): PhpArray | null {
  const open = /^(?:\[|array\s*\()/.exec(text.slice(at, at + 20))?.[0];
  if (open === undefined) return null;
  const begin = at + open.length;
  const entries: PhpEntry[] = [];
  for (let from = begin; ; ) {
    const to = endOfEntry(text, from);
    if (to === null) return null;
    const entry = entryIn(text, from, to);
    if (entry) entries.push(entry);
    if (text[to] !== ',') return { open: begin, close: to, entries };
    from = to + 1;
  }
}

function entryIn(text: string, from: number, to: number): PhpEntry | null {
  const start = skipBlank(text, from);
  if (start >= to) return null;
  const end = endOfCode(text, start, to);
  const [whole, single, double] = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\$]|\\.)*)")/.exec(text.slice(start, end)) ?? [];
  const arrow = whole === undefined ? -1 : skipBlank(text, start + whole.length);
  const isKeyed = arrow !== -1 && text.startsWith('=>', arrow);
  const valueStart = isKeyed ? skipBlank(text, arrow + 2) : start;
  const nested = arrayAt(text, valueStart);
  const array = nested !== null && nested.close + 1 === end ? nested : null;
  return { key: isKeyed ? (single ?? double ?? null) : null, start, valueStart, end, array };
}

/** The comma or bracket that ends an entry. */
function endOfEntry(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at = next(text, at)) {
    const letter = text[at] ?? '';
    if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter) && depth === 0) return at;
    else if (')]}'.includes(letter)) depth -= 1;
    else if (letter === ',' && depth === 0) return at;
  }
  return null;
}

/** Where code ends before `to`: behind its last letter that is no blank and in no comment. */
function endOfCode(text: string, from: number, to: number): number {
  let end = from;
  for (let at = from; at < to; ) {
    const after = next(text, at);
    if (!isBlank(text, at)) end = after;
    at = after;
  }
  return end;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text, at)) at = next(text, at);
  return at;
}

function isBlank(text: string, at: number): boolean {
  return /^(?:\s|\/\/|#(?!\[)|\/\*)/.test(text.slice(at, at + 2));
}

/** Behind the string, the comment or the letter that begins here. */
function next(text: string, at: number): number {
  const rest = text.slice(at);
  const token = /^(?:'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|(?:\/\/|#(?!\[))[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest);
  return at + (token?.[0].length ?? 1);
}

/** The same length, with strings and comments blanked. */
function withoutText(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const after = next(text, at);
    out += after - at > 1 ? ' '.repeat(after - at) : text[at];
    at = after;
  }
  return out;
}
