import { widthOf } from './width.ts';

/** What a terminal is told: the cursor is hidden while lines change below it, and shown again whatever happens. */
export const hideCursor = '\x1b[?25l';
/** Shows the cursor again: the last thing that a terminal is sent. */
export const showCursor = '\x1b[?25h';

/** DEC mode 2026: the terminal shows all of it at once, so nothing flickers; those that do not know it ignore it. */
const beginUpdate = '\x1b[?2026h';
const endUpdate = '\x1b[?2026l';
/** A live line never takes two rows, even where the terminal finds a sign wider than we do. */
const noWrap = '\x1b[?7l';
const wrap = '\x1b[?7h';
const eraseLine = '\x1b[2K';
const eraseBelow = '\x1b[J';
/**
 * Erases this row and all below. Never from the first row on at once: tmux would move the whole screen into the
 * scrollback. And never a part of a row: tmux would wrap the erased rest as well when it gets narrower (both measured).
 */
const eraseFromHere = `${eraseLine}\x1b[1B${eraseBelow}\x1b[1A`;

/** What stands above the new live region and what the region was and will be. */
export interface Change {
  readonly before: readonly string[];
  /** Lines that stay, put above the live region. */
  readonly above: readonly string[];
  readonly after: readonly string[];
}

/**
 * What to write so that the live region `before` becomes `after`. Between two writes the cursor stands at the beginning
 * of the line below the region. Only lines that differ are written, unless something is put above.
 */
export function redraw(change: Change): string {
  const { before, above, after } = change;
  if (above.length > 0) return anew(change, before.length);
  const same = sameLines(before, after);
  if (same === before.length && same === after.length) return '';
  const lines = after.slice(same).map((line, index) => liveLine(line, before[same + index]));
  return update(`${up(before.length - same)}${noWrap}${lines.join('')}${eraseBelow}${wrap}`);
}

/**
 * The same when the terminal's size changed: it has wrapped the lines that are too long now, so the region takes more
 * rows. What no longer fits on a lower screen is in the scrollback, where nothing can reach it.
 */
export function redrawResized(change: Change, size: { readonly rows: number; readonly columns: number }): string {
  const rows = change.before.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / size.columns)), 0);
  return anew(change, Math.min(rows, size.rows - 1));
}

/** Writes everything again over a region of so many rows. */
function anew(change: Change, rows: number): string {
  const above = change.above.map((line) => `${line}\r\n`).join('');
  const live = change.after.map((line) => `${line}\r\n`).join('');
  return update(`${rows > 0 ? up(rows) + eraseFromHere : ''}${above}${noWrap}${live}${wrap}`);
}

function update(text: string): string {
  return `${beginUpdate}\r${text}${endUpdate}`;
}

function sameLines(before: readonly string[], after: readonly string[]): number {
  const index = after.findIndex((line, at) => line !== before[at]);
  return index < 0 ? after.length : index;
}

function liveLine(line: string, was: string | undefined): string {
  if (was === undefined) return `${line}\r\n`;
  return line === was ? '\r\n' : `${eraseLine}${line}\r\n`;
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : '';
}
