/** How much of one output is told, in characters: the first of it as it comes, the last of it at its end. */
const outputBound = { first: 4_000_000, last: 100_000 };

/** Bounds one stream of text. */
export interface Bound {
  /** The text that can be told now. */
  push(text: string): string;
  /** The last of what was not told, after a sentence that says how much is missing. */
  end(): string;
}

/** Lets the first of an output through and keeps the last of it: a step that prints without end fills no record. */
export function boundOutput({ first, last } = outputBound): Bound {
  let room = first;
  let kept = '';
  let leftOut = 0;
  return {
    push(text) {
      const told = text.slice(0, room);
      room -= told.length;
      kept += text.slice(told.length);
      const over = kept.length - last;
      if (over > 0) {
        kept = kept.slice(over);
        leftOut += over;
      }
      return told;
    },
    end() {
      const gap = leftOut > 0 ? `\n(${leftOut} characters of output were left out here.)\n` : '';
      return gap + kept;
    },
  };
}
