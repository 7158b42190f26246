/** No line is kept longer than this while its end has not come: a progress bar may never end its line. */
const longestLine = 8 * 1024;

/** Cuts text that comes in pieces into lines. */
export class LineBuffer {
  #rest = '';

  /** The lines that ended with this piece. */
  push(text: string): string[] {
    const rows = (this.#rest + text).split('\n');
    this.#rest = (rows.pop() ?? '').slice(-longestLine);
    return rows;
  }

  /** The line that never ended, if there is one. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
