import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { packTar, type TarHeader } from 'modern-tar';
import { Unpackable } from './unpackable.ts';
import { entriesIn, type ZipEntry } from './zip-directory.ts';
import { directoryOf, piece } from './zip-end.ts';
import { judgeZip, misplaced } from './zip-rules.ts';

/** What stands before the name of an entry. */
const headerBytes = 30;

/** What ends a tar archive. */
const tarEnd = Buffer.alloc(1024);

/**
 * What a zip archive holds, as a tar archive: the same bytes for the same files, whoever packed them, in whatever order and whenever. Throws
 * `Unpackable` where that is not certain.
 */
export async function* tarOfZip(path: string): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  const directory = await directoryOf(file);
  const entries = entriesIn(directory);
  judgeZip(entries, directory.at);
  const ends = endsOf(entries, directory.at);
  for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.name !== '') yield await tarEntry(entry, await contentOf(file, entry, ends.get(entry) ?? 0));
  yield tarEnd;
}

/** Where each must be over, for the next begins there. */
function endsOf(entries: readonly ZipEntry[], directoryAt: number): ReadonlyMap<ZipEntry, number> {
  const inOrder = [...entries].sort((a, b) => a.at - b.at);
  return new Map(inOrder.map((entry, i) => [entry, inOrder[i + 1]?.at ?? directoryAt]));
}

/** The bytes of an entry. What stands before them must be what the directory says, and no other entry may share them. */
async function contentOf(file: FileHandle, entry: ZipEntry, end: number): Promise<Buffer> {
  const { at, rawName, packedBytes, bytes } = entry;
  const own = await piece(file, at, Math.max(at, Math.min(end, at + headerBytes + 2 * 0xffff + packedBytes)));
  const names = headerBytes + rawName.length;
  const isThere = own.length >= names && own.readUInt32LE(0) === 0x04034b50 && own.readUInt16LE(26) === rawName.length;
  const begins = isThere ? names + own.readUInt16LE(28) : own.length;
  if (begins + packedBytes > own.length || !own.subarray(headerBytes, names).equals(rawName)) throw misplaced(entry);
  const packed = own.subarray(begins, begins + packedBytes);
  const content = entry.isDeflated ? inflated(packed, bytes) : packed;
  const isSound = content?.length === bytes && crc32(content) === entry.crc;
  if (isSound && (entry.kind !== 'link' || isTarget(content))) return content;
  throw new Unpackable(`${JSON.stringify(entry.name)} in it is damaged`);
}

/** What tar and git give back as it was. */
function isTarget(content: Buffer): boolean {
  return Buffer.from(content.toString()).equals(content) && !content.includes(0);
}

/** Null where it does not come to an end within so many bytes. Without waiting: for small files that takes half as long. */
function inflated(packed: Buffer, bytes: number): Buffer | null {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    return null;
  }
}

async function tarEntry({ kind, name, mode, bytes }: ZipEntry, content: Buffer): Promise<Uint8Array> {
  const common = { mtime: new Date(0), uid: 0, gid: 0, mode };
  const header: TarHeader =
    kind === 'link'
      ? { ...common, name, type: 'symlink', size: 0, linkname: content.toString() }
      : { ...common, name: kind === 'directory' ? `${name}/` : name, type: kind, size: bytes };
  const packed = await packTar([kind === 'file' ? { header, body: content } : { header }]);
  return packed.subarray(0, -tarEnd.length);
}
