import { widthOf } from './width.ts';

/** With less room than this, lines are left to the terminal. */
const leastRoom = 24;

/** Lines of sentences as they fit a terminal: broken between words, what goes on further in. As they are where there is none. */
export function wrapped(lines: readonly string[], columns: number | null): readonly string[] {
  return lines
    .flatMap((line) => line.split('\n'))
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const [first = '', ...rest] = broken(line.slice(indent.length), columns, {
        first: indent.length,
        rest: indent.length + 2,
      });
      return [indent + first, ...rest.map((more) => `${indent}  ${more}`)];
    });
}

/** One text that stands behind something in its first line, and below itself in the others. */
export function hanging(head: string, text: string, columns: number | null): readonly string[] {
  const hang = widthOf(head);
  const [first = '', ...rest] = broken(text, columns, { first: hang, rest: hang });
  return [head + first, ...rest.map((more) => ' '.repeat(hang) + more)];
}

/** The text in as few lines as there can be; `taken` is what of a line is taken already. */
function broken(
  text: string,
  columns: number | null,
  taken: { readonly first: number; readonly rest: number },
): readonly string[] {
  if (columns === null || columns - taken.rest < leastRoom) return [text];
  const rows: string[] = [];
  for (const word of wordsOf(text)) {
    const room = columns - (rows.length < 2 ? taken.first : taken.rest);
    const longer = `${rows.at(-1) ?? ''}${word}`;
    if (rows.length > 0 && widthOf(longer) > room) rows.push(word.trimStart());
    else rows.splice(-1, 1, longer);
  }
  return rows;
}

/** Words with the spaces before them. What is there to be copied is one: commands between backticks, and what stands between quotes. */
function wordsOf(text: string): readonly string[] {
  return text.match(/ *(?:`[^`]*`|"[^"]*"|[^ ])+/g) ?? [];
}
