import { Unpackable } from './unpackable.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Each is held in memory. */
const largestBytes = 256 * 1024 * 1024;

/** Beyond so much, all may be at most so many times what the archive has: compressed programs and text have less than twenty. */
const manyBytes = 1024 * 1024 * 1024;
const mostTimes = 200;

/** Throws `Unpackable` unless the entries of an archive have each a name and bytes of its own. */
export function judgeZip(entries: readonly ZipEntry[], archiveBytes: number): void {
  judgeNames(entries);
  const large = entries.find(({ bytes }) => bytes > largestBytes);
  if (large) throw new Unpackable(`${JSON.stringify(large.name)} in it is larger than 256 MB`);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > manyBytes && bytes > mostTimes * archiveBytes)
    throw new Unpackable(`it would become more than ${mostTimes} times as large`);
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
