/** A column of a table, as wide as the widest cell in it. */
export interface Column {
  readonly title: string;
  readonly at: number;
  readonly width: number;
}

/** Which columns give way where there is no room for all, in this order: each is cut down to so many, or left out where that is 0. */
export type Yielding = readonly (readonly [title: string, least: number])[];

/** What stands between two columns. */
export const gap = '  ';

/** The columns in so much room, as far as they give way; what is left over goes back to those that were cut. */
export function fit(columns: readonly Column[], room: number, yielding: Yielding): readonly Column[] {
  const cut = yielding.reduce((kept, [title, least]) => yielded(kept, { title, least, room }), columns);
  return cut.map((column) => {
    const natural = columns.find(({ at }) => at === column.at)?.width ?? column.width;
    return natural === column.width ? column : { ...column, width: Math.min(natural, column.width + spare(cut, room)) };
  });
}

function yielded(
  columns: readonly Column[],
  { title, least, room }: { readonly title: string; readonly least: number; readonly room: number },
): readonly Column[] {
  const missing = -spare(columns, room);
  if (missing <= 0) return columns;
  if (least === 0) return columns.filter((column) => column.title !== title);
  return columns.map((column) =>
    column.title === title
      ? { ...column, width: Math.max(Math.min(least, column.width), column.width - missing) }
      : column,
  );
}

function spare(columns: readonly Column[], room: number): number {
  return room - columns.reduce((sum, { width }) => sum + width + gap.length, -gap.length);
}
