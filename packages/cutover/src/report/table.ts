import { cleanWord } from './clean.ts';
import { fit, gap, type Yielding } from './fit.ts';
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

/** How a table fits a terminal; `columns` is null where there is none. */
export interface Room {
  readonly columns: number | null;
  readonly yielding: Yielding;
}

/** Aligned columns below a dim heading; those that are empty in every row are left out, and where there is little room some give way. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { paint, room }: { readonly paint: Paint; readonly room?: Room },
): string[] {
  const cells = rows.map((row) => row.map(cleanCell));
  const columns = head.map((title, at) => ({ title, at, width: columnWidth(title, at, cells) }));
  const filled = columns.filter(({ at }) => cells.some((row) => row[at]?.text !== ''));
  const shown = room === undefined || room.columns === null ? filled : fit(filled, room.columns, room.yielding);
  const heading = shown.map(({ title, width }) => padTo(title, width)).join(gap);
  const body = cells.map((row) => shown.map(({ at, width }) => painted(row[at], width)).join(gap));
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
  const text = truncate(cell.text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return text === '' ? space : cell.paint(text) + space;
}

/** As it is. */
export function asIs(text: string): string {
  return text;
}
