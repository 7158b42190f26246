import { rowOfRecords } from '../report/history.ts';
import type { HistoryRow } from '../report/tables.ts';
import type { Outside } from './outside.ts';
import { lastRecords, type RecordPlace } from './recorder.ts';

/** The last deployments that were run from this machine, oldest first. */
export interface RecordedPast {
  readonly rows: readonly HistoryRow[];
  /** Those whose record does not say what it is of, or was written by a newer version: they are named, not guessed at. */
  readonly unreadable: readonly string[];
}

/** Reads what this machine recorded of the last deployments. */
export function recordedPast(place: RecordPlace, limit: number, outside: Outside): RecordedPast {
  const all = lastRecords(place, limit, outside).map((recorded) => ({
    ...recorded,
    row: rowOfRecords(recorded.texts),
  }));
  return {
    rows: all.flatMap(({ row }) => row ?? []),
    unreadable: all
      .filter(({ row, texts }) => row === null && texts.join('') !== '')
      .map(({ deployment }) => deployment),
  };
}
