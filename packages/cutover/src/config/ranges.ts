/** A range in a name: `web[01:10]` is web01 to web10; as many digits as the first number has. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly digits: number;
}

/** The first range of a text; null when it has none. */
export function rangeOf(text: string): Range | null {
  const match = rangePattern.exec(text);
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  return { first: Number.parseInt(first, 10), last: Number.parseInt(last, 10), digits: first.length };
}

/** How many values a range has; none or fewer when it runs backwards. */
export function lengthOf({ first, last }: Range): number {
  return last - first + 1;
}

/** A text with the `i`th value of its range in the range's place. */
export function expanded(text: string, i: number): string {
  const range = rangeOf(text);
  return range === null ? text : text.replace(rangePattern, String(range.first + i).padStart(range.digits, '0'));
}

const rangePattern = /\[(\d{1,9}):(\d{1,9})\]/;
