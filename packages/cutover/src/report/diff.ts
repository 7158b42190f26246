/** A file before and after. */
export interface Versions {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Lines around a change that are shown. */
const around = 3;

type Row = readonly [sign: ' ' | '-' | '+', line: string];

/** The change of a file as `diff -u` shows it; nothing where there is none. */
export function unifiedDiff({ file, before, after }: Versions): readonly string[] {
  const rows = compared(linesOf(before), linesOf(after));
  const hunks = hunksOf(rows);
  return hunks.length === 0 ? [] : [`--- ${file}`, `+++ ${file}`, ...hunks.flatMap((hunk) => hunkLines(rows, hunk))];
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** By the longest common subsequence: config files have some hundred lines. */
function compared(a: readonly string[], b: readonly string[]): readonly Row[] {
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const rows: Row[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push([' ', a[i] ?? '']);
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      rows.push(['-', a[i] ?? '']);
      i += 1;
    } else {
      rows.push(['+', b[j] ?? '']);
      j += 1;
    }
  }
  return rows;
}

/** Stretches of rows, from and to, that hold changes and what is around them. */
function hunksOf(rows: readonly Row[]): readonly (readonly [number, number])[] {
  const hunks: [number, number][] = [];
  for (const [i, [sign]] of rows.entries()) {
    if (sign === ' ') continue;
    const last = hunks.at(-1);
    const from = Math.max(0, i - around);
    const to = Math.min(rows.length, i + around + 1);
    if (last && from <= last[1]) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function hunkLines(rows: readonly Row[], [from, to]: readonly [number, number]): readonly string[] {
  const count = (stretch: readonly Row[], but: string): number => stretch.filter(([sign]) => sign !== but).length;
  const [before, inside] = [rows.slice(0, from), rows.slice(from, to)];
  const head = `@@ -${count(before, '+') + 1},${count(inside, '+')} +${count(before, '-') + 1},${count(inside, '-')} @@`;
  return [head, ...inside.map(([sign, line]) => `${sign}${line}`)];
}
