import type { Counted, Danger } from '../plan/purge/judge.ts';
import { cleanWord } from './clean.ts';
import { paintFor } from './paint.ts';
import { table } from './table.ts';

/** How much would be removed, in one line. */
export function countLine(host: string, { cache, prefix, keys, problem }: Counted): string {
  if (keys === null)
    return `${host}: ${cleanWord(cache)} could not be counted: ${cleanWord(problem ?? 'no reason was given.')}`;
  const entries = keys === 1 ? '1 entry begins' : `${keys.toLocaleString('en')} entries begin`;
  return `${host}: ${entries} with "${cleanWord(prefix)}" in ${cleanWord(cache)}.`;
}

/** Why a purge is refused, and some of the keys that it would have hit. */
export function dangerLines(host: string, counted: Counted, danger: Danger): readonly string[] {
  const { cache, release, sample, keys } = counted;
  const hit = keys === null || keys === 0 ? [] : [`It would have hit ${keys.toLocaleString('en')} keys:`];
  return [
    `${host}: ${cleanWord(cache)} of ${release} is not purged: ${dangerText(counted, danger)}`,
    ...hit,
    ...sample.map((key) => `  ${cleanWord(key)}`),
  ];
}

function dangerText({ prefix }: Counted, danger: Danger): string {
  const begun = cleanWord(prefix);
  switch (danger.kind) {
    case 'empty':
      return 'nothing stands before its keys, so all keys of the database would go. Give it a prefix that names the release.';
    case 'names-no-release':
      return `its keys begin with "${begun}", which does not name the release: all releases share them. Put the release into the prefix.`;
    case 'unterminated':
      return `its keys begin with "${begun}", which does not end with a separator, so keys of other releases could begin so too. End the prefix with ":".`;
    case 'overlaps':
      return `the keys of ${danger.release}, which is kept, begin with "${begun}" too. Give each release a prefix that no other one's begins with.`;
  }
}

/** What one cache of a release holds on one host. */
export interface CacheRow {
  readonly host: string;
  readonly release: string;
  readonly inService: boolean;
  readonly cache: string;
  readonly kind: 'redis' | 'database' | 'file';
  /** Null where it could not be asked. */
  readonly entries: number | null;
  readonly bytes: number | null;
  /** How many entries were measured to say how large all are; null where all were. */
  readonly sampled: number | null;
  readonly problem: string | null;
}

/** The caches of each host and release. */
export function cacheTable(rows: readonly CacheRow[], colour: boolean): string[] {
  if (rows.length === 0) return ['No release has caches of its own.'];
  const paint = paintFor(colour);
  const head = ['host', 'release', 'cache', 'kind', 'entries', 'size', ''];
  const cells = rows.map((row) => [
    row.host,
    row.release,
    row.cache,
    row.kind,
    row.entries === null ? '–' : row.entries.toLocaleString('en'),
    row.bytes === null ? '–' : sizeOf(row),
    row.inService ? 'in service' : null,
  ]);
  const problems = rows.flatMap(({ host, cache, release, problem }) =>
    problem === null ? [] : [`${host}: ${cleanWord(cache)} of ${release} could not be asked: ${cleanWord(problem)}`],
  );
  return [...table(head, cells, { paint }), ...problems];
}

function sizeOf({ bytes, sampled, entries }: CacheRow): string {
  const size = byteSize(bytes ?? 0);
  const isSampled = sampled !== null && entries !== null && sampled < entries;
  return isSampled ? `about ${size} (${sampled} sampled)` : size;
}

/** Bytes as people read them. */
function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
