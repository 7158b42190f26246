import { cleanWord } from './clean.ts';
import type { Paint } from './paint.ts';
import { padTo, truncate, widthOf } from './width.ts';

/** Text that is painted after it was measured. */
export interface Painted {
  readonly text: string;
  paint(text: string): string;
}

/** What stands in a cell; null is an empty one. */
export type Cell = Painted | string | null;

/** A cell is cut here, so that a long commit message does not tear the table. */
const widestCell = 48;

/** Aligned columns below a dim heading; those that are empty in every row are left out. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const cells = rows.map((row) => row.map(cleanCell));
  const columns = head.map((title, at) => ({ title, at, width: columnWidth(title, at, cells) }));
  const filled = columns.filter(({ at }) => cells.some((row) => row[at]?.text !== ''));
  const heading = filled.map(({ title, width }) => padTo(title, width)).join('  ');
  const body = cells.map((row) => filled.map(({ at, width }) => painted(row[at], width)).join('  '));
  return [paint.dim(heading.trimEnd()), ...body.map((line) => line.trimEnd())];
}

function cleanCell(cell: Cell): Painted {
  const { text, paint } = typeof cell === 'string' || cell === null ? { text: cell ?? '', paint: asIs } : cell;
  return { text: truncate(cleanWord(text), widestCell), paint };
}

function columnWidth(title: string, at: number, rows: readonly (readonly Painted[])[]): number {
  return Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at]?.text ?? '')));
}

function painted(cell: Painted | undefined, width: number): string {
  if (cell === undefined) return ' '.repeat(width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cell.text)));
  return cell.text === '' ? space : cell.paint(cell.text) + space;
}

/** As it is. */
export function asIs(text: string): string {
  return text;
}
