import { rowOfRecords } from '../report/history.ts';
import type { HistoryRow } from '../report/tables.ts';
import type { Outside } from './outside.ts';
import { type RecordPlace, readRecords, recordedDeployments } from './recorder.ts';

/** The last deployments that were run from this machine, oldest first. */
export function recordedPast(place: RecordPlace, limit: number, outside: Outside): readonly HistoryRow[] {
  const ids = recordedDeployments(place, outside).slice(-limit);
  return ids.flatMap((id) => rowOfRecords(readRecords(place, id, outside)) ?? []);
}

/** Those of them whose record does not say what it is of, or was written by a newer version: they are named, not guessed at. */
export function unreadablePast(place: RecordPlace, limit: number, outside: Outside): readonly string[] {
  return recordedDeployments(place, outside)
    .slice(-limit)
    .filter((id) => {
      const texts = readRecords(place, id, outside);
      return texts.join('') !== '' && rowOfRecords(texts) === null;
    });
}
