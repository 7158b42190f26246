import type { FileHandle } from 'node:fs/promises';
import { Unpackable } from './unpackable.ts';

/** The directory at the end of a zip archive, which alone says what is in it. */
export interface ZipDirectory {
  readonly bytes: Buffer;
  readonly entries: number;
  /** Where it begins, and so where the entries end. */
  readonly at: number;
}

/** Without the comment, which may have 64 kB. */
const endBytes = 22;
const locatorBytes = 20;
const largeEndBytes = 56;

/** Where a directory is, and where it must be over. */
interface End {
  readonly entries: number;
  readonly bytes: number;
  readonly at: number;
  readonly ends: number;
}

/** Finds and reads the directory; nothing may stand before the first entry, nor between the directory and the end. */
export async function directoryOf(file: FileHandle): Promise<ZipDirectory> {
  const { size } = await file.stat();
  const tail = await piece(file, Math.max(0, size - endBytes - 0xffff - locatorBytes), size);
  const end = endIn(tail);
  if (end < 0) throw new Unpackable('it is no zip archive, or breaks off');
  const small = smallEnd(tail, end, size - tail.length + end);
  const found = hasLocator(tail, end)
    ? await largeEnd(file, tail.readBigUInt64LE(end - locatorBytes + 8), small)
    : small;
  const isOfOneDisk = tail.readUInt32LE(end + 4) === 0;
  if (found === null || !isOfOneDisk || found.at + found.bytes !== found.ends)
    throw new Unpackable('its directory is not where it should be, as in a part of several or behind a program');
  return { bytes: await piece(file, found.at, found.ends), entries: found.entries, at: found.at };
}

/** So many bytes that are there. */
export async function piece(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  if (bytesRead !== to - from) throw new Unpackable('it breaks off');
  return buffer;
}

/** The last place where an end record reaches exactly to the end of the file. */
function endIn(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at -= 1)
    if (tail.readUInt32LE(at) === 0x06054b50 && at + endBytes + tail.readUInt16LE(at + 20) === tail.length) return at;
  return -1;
}

function smallEnd(tail: Buffer, end: number, ends: number): End {
  const [entries, bytes, at] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  return { entries, bytes, at, ends };
}

/** An archive of more than 4 GB or 65,535 entries has a larger record before its end, and where that is between the two. */
function hasLocator(tail: Buffer, end: number): boolean {
  return end >= locatorBytes && tail.readUInt32LE(end - locatorBytes) === 0x07064b50;
}

/** Null where the two do not say the same. */
async function largeEnd(file: FileHandle, at: bigint, small: End): Promise<End | null> {
  const ends = Number(at);
  if (ends + largeEndBytes > small.ends) return null;
  const record = await piece(file, ends, ends + largeEndBytes);
  const [entries = 0, bytes = 0, begins = 0] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
  const isSame =
    record.readUInt32LE(0) === 0x06064b50 &&
    [entries, 0xffff].includes(small.entries) &&
    [bytes, 0xffffffff].includes(small.bytes) &&
    [begins, 0xffffffff].includes(small.at);
  return isSame ? { entries, bytes, at: begins, ends } : null;
}
