/** What a channel carries: output as it came, and the runner's marks between. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'mark'; readonly words: readonly string[] };

/**
 * Finds the marks in a stream of bytes. A mark is RS, the nonce, words and a line's end; it may follow output that has
 * no line's end, and may come in parts. What lacks the nonce is output.
 */
export class MarkReader {
  readonly #opening: Buffer;
  #held: Buffer = Buffer.alloc(0);

  constructor(nonce: string) {
    this.#opening = Buffer.from(`\x1e${nonce} `);
  }

  /** All that is certain after these bytes. */
  push(chunk: Buffer): readonly Piece[] {
    const pieces: Piece[] = [];
    let rest = Buffer.concat([this.#held, chunk]);
    for (let mark = this.#next(rest); mark !== null; mark = this.#next(rest)) {
      if (mark.at > 0) pieces.push({ kind: 'bytes', bytes: rest.subarray(0, mark.at) });
      pieces.push({ kind: 'mark', words: wordsOf(rest.subarray(mark.at + this.#opening.length, mark.end)) });
      rest = rest.subarray(mark.end + 1);
    }
    const certain = this.#certain(rest);
    if (certain > 0) pieces.push({ kind: 'bytes', bytes: rest.subarray(0, certain) });
    this.#held = rest.subarray(certain);
    return pieces;
  }

  #next(bytes: Buffer): { at: number; end: number } | null {
    const at = bytes.indexOf(this.#opening);
    if (at === -1) return null;
    const end = bytes.indexOf('\n', at);
    return end === -1 ? null : { at, end };
  }

  /** How many bytes cannot be the beginning of a mark. RS stands only at a mark's start, so the last one decides. */
  #certain(bytes: Buffer): number {
    const whole = bytes.indexOf(this.#opening);
    if (whole !== -1) return whole;
    const at = bytes.lastIndexOf(this.#opening[0] ?? 0);
    if (at === -1) return bytes.length;
    const tail = bytes.subarray(at);
    return tail.equals(this.#opening.subarray(0, tail.length)) ? at : bytes.length;
  }
}

function wordsOf(bytes: Buffer): readonly string[] {
  return bytes.toString('latin1').split(' ');
}
