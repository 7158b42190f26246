/** "Did you mean …?" when a known word is close to what was written; else the known words, or null when there are none. */
export function suggestion(written: string, known: readonly string[]): string | null {
  return didYouMean(written, known) ?? (known.length === 0 ? null : `Known: ${listed(known)}.`);
}

/** "Did you mean …?" when a known word is close to what was written. */
export function didYouMean(written: string, known: readonly string[]): string | null {
  const near = nearest(written, known);
  return near === null ? null : `Did you mean ${quoted(near)}?`;
}

/** The known word that is at most a third of its letters away from what was written. */
function nearest(written: string, known: readonly string[]): string | null {
  const wanted = written.toLowerCase().slice(0, longestCompared);
  const ranked = known
    .map((word) => ({ word, distance: distance(wanted, word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.floor(best.word.length / 3) ? best.word : null;
}

/** Words in a sentence: `a`, `b`, `c`; at most 20 of them. */
export function listed(words: readonly string[]): string {
  const shown = words.slice(0, 20).map(quoted).join(', ');
  return words.length > 20 ? `${shown} and ${words.length - 20} more` : shown;
}

/** A word of the user's in a sentence, cut when it is long and without control characters. */
export function quoted(word: string): string {
  const clean = word.replaceAll(/\p{Cc}/gu, '�');
  return clean.length > 80 ? `“${clean.slice(0, 79)}…”` : `“${clean}”`;
}

const longestCompared = 64;

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY;
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], i: number): number {
  return row[i] ?? Number.POSITIVE_INFINITY;
}
