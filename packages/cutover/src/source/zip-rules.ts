import { Unpackable } from './unpackable.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Each is held in memory. */
const largestBytes = 256 * 1024 * 1024;

/** Beyond so much, all may be at most so many times what the archive has: compressed programs and text have less than twenty. */
const manyBytes = 1024 * 1024 * 1024;
const mostTimes = 200;

/** As much as Linux lets a link say. */
const longestLink = 4095;

/** Throws `Unpackable` unless the entries of an archive, which has so many bytes for them, have each a name of its own and a size that can be. */
export function judgeZip(entries: readonly ZipEntry[], archiveBytes: number): void {
  judgeNames(entries);
  for (const entry of entries) judgeSize(entry, archiveBytes);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > manyBytes && bytes > mostTimes * archiveBytes)
    throw new Unpackable(`it would become more than ${mostTimes} times as large`);
}

/** Of an entry that is not where it should be. */
export function misplaced({ name }: ZipEntry): Unpackable {
  return new Unpackable(`${JSON.stringify(name)} in it is not where its directory says`);
}

function judgeSize(entry: ZipEntry, archiveBytes: number): void {
  const { name, kind, at, bytes, packedBytes } = entry;
  if (at + packedBytes > archiveBytes) throw misplaced(entry);
  if (bytes > largestBytes) throw new Unpackable(`${JSON.stringify(name)} in it is larger than 256 MB`);
  if (kind === 'link' && (bytes === 0 || bytes > longestLink))
    throw new Unpackable(`${JSON.stringify(name)} in it is a link to nothing that can be`);
}

function judgeNames(entries: readonly ZipEntry[]): void {
  const kinds = new Map<string, ZipEntry['kind']>();
  for (const { name, kind } of entries) {
    if (kinds.has(name)) throw new Unpackable(`it holds ${JSON.stringify(name)} twice`);
    kinds.set(name, kind);
  }
  for (const { name } of entries) {
    for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1))
      if ((kinds.get(name.slice(0, slash)) ?? 'directory') !== 'directory')
        throw new Unpackable(`${JSON.stringify(name)} in it lies where something else is`);
  }
}
