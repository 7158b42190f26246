import { begun, longestSequence } from './control.ts';
import { shownOf } from './readings.ts';

/** No line is kept longer than this many characters while its end has not come. */
const longestLine = 64 * 1024;

/** Keeps a line until it has ended: only then it is known what is shown of it. */
export class UnfinishedLine {
  #text = '';

  /**
   * What has ended with this piece, by a line feed or by a carriage return, after which the line is written anew. Of a line that is too long only what is shown is
   * kept; if that is too long as well, all but the last of it has ended.
   */
  push(text: string): string {
    const whole = this.#text + text;
    const end = 1 + Math.max(whole.lastIndexOf('\n'), whole.lastIndexOf('\r', whole.length - 2));
    this.#text = whole.slice(end);
    return whole.slice(0, end) + (this.#text.length > longestLine ? this.#shorten() : '');
  }

  /** The line that never ended. */
  end(): string {
    const rest = this.#text;
    this.#text = '';
    return rest;
  }

  #shorten(): string {
    const begins = this.#text.search(begun);
    const known = begins < 0 ? this.#text.length : begins;
    const shown = shownOf(this.#text.slice(0, known));
    const ended = shown.length > longestLine / 2 ? shown.slice(0, -longestSequence) : '';
    this.#text = shown.slice(ended.length) + this.#text.slice(known);
    return ended;
  }
}
