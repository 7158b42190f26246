import { crc32 } from 'node:zlib';
import { Unpackable } from './unpackable.ts';
import type { ZipDirectory } from './zip-end.ts';

/** Something that a zip archive holds, as its directory says. */
export interface ZipEntry {
  readonly kind: 'file' | 'directory' | 'link';
  /** Relative, without a slash at its end. */
  readonly name: string;
  /** The same as it stands there. */
  readonly rawName: Buffer;
  readonly mode: number;
  readonly isDeflated: boolean;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly crc: number;
  /** Where its own header begins. */
  readonly at: number;
}

const headerBytes = 46;

/** All entries in the order of the directory. Throws `Unpackable` at the first that is not as plain as can be. */
export function entriesIn({ bytes, entries }: ZipDirectory): readonly ZipEntry[] {
  const all: ZipEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + headerBytes > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw damaged;
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const [name = 0, extra = 0, comment = 0] = lengths;
    const next = at + headerBytes + name + extra + comment;
    if (next > bytes.length) throw damaged;
    const names = at + headerBytes;
    all.push(
      entryOf(
        bytes.subarray(at, names),
        bytes.subarray(names, names + name),
        bytes.subarray(names + name, names + name + extra),
      ),
    );
    at = next;
  }
  if (all.length !== entries) throw damaged;
  return all;
}

const damaged = new Unpackable('its directory is damaged');

function entryOf(header: Buffer, rawName: Buffer, extra: Buffer): ZipEntry {
  const extras = extrasIn(extra);
  const said = nameOf(rawName, extras);
  const told = JSON.stringify(said);
  const [flags, method] = [header.readUInt16LE(8), header.readUInt16LE(10)];
  if ((flags & 0x2041) !== 0) throw new Unpackable(`${told} in it is encrypted`);
  if (method !== 0 && method !== 8)
    throw new Unpackable(`${told} in it is packed in a way that is not known (${method})`);
  const { mode, type } = modeOf(header);
  const name = relative(said, header);
  const kind = kindOf(type, said);
  if (name === null || kind === null || (name === '' && kind !== 'directory')) throw new Unpackable(`it holds ${told}`);
  const sizes = sizesIn(header, extras.get(zip64));
  if (kind === 'directory' && sizes.bytes > 0) throw new Unpackable(`${told} in it is a directory with content`);
  if (method === 0 && sizes.bytes !== sizes.packedBytes) throw damaged;
  return {
    kind,
    name,
    rawName,
    mode: mode || usualModes[kind],
    isDeflated: method === 8,
    crc: header.readUInt32LE(16),
    ...sizes,
  };
}

/** Of what comes from systems without them; git has them for programs and links alone. */
const usualModes = { file: 0o644, directory: 0o755, link: 0o777 };

const zip64 = 0x0001;
const unicodeName = 0x7075;

function extrasIn(extra: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) throw damaged;
    fields.set(extra.readUInt16LE(at), extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** Some say that their names are UTF-8, some have them beside it as well, and some have them so and do not say it. */
function nameOf(rawName: Buffer, extras: ReadonlyMap<number, Buffer>): string {
  const beside = extras.get(unicodeName);
  const isOfIt =
    beside !== undefined && beside.length > 5 && beside[0] === 1 && beside.readUInt32LE(1) === crc32(rawName);
  const bytes = isOfIt ? beside.subarray(5) : rawName;
  const name = bytes.toString('utf8');
  if (Buffer.from(name).equals(bytes)) return name;
  throw new Unpackable(`the name ${JSON.stringify(name)} in it is not UTF-8`);
}

/** Only archives of Unix and macOS have modes. */
function isOfUnix(header: Buffer): boolean {
  return header[5] === 3 || header[5] === 19;
}

function modeOf(header: Buffer): { readonly mode: number; readonly type: number } {
  const raw = isOfUnix(header) ? header.readUInt16LE(40) : 0;
  return { mode: raw & 0o7777, type: raw & 0o170000 };
}

function kindOf(type: number, name: string): ZipEntry['kind'] | null {
  if (name.endsWith('/')) return type === 0o040000 || type === 0 ? 'directory' : null;
  if (type === 0o120000) return 'link';
  return type === 0o100000 || type === 0 ? 'file' : null;
}

/** Null for what leads out, and for a backslash where it may part directories. */
function relative(name: string, header: Buffer): string | null {
  if (name.startsWith('/') || name.includes('\0') || (name.includes('\\') && !isOfUnix(header))) return null;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? null : parts.join('/');
}

/** What does not fit into four bytes stands in a field of its own, in this order. */
function sizesIn(header: Buffer, large: Buffer = Buffer.alloc(0)): Pick<ZipEntry, 'bytes' | 'packedBytes' | 'at'> {
  let taken = 0;
  const [bytes = 0, packedBytes = 0, at = 0] = [24, 20, 42].map((field) => {
    const small = header.readUInt32LE(field);
    if (small !== 0xffffffff) return small;
    if (taken + 8 > large.length) throw damaged;
    taken += 8;
    return Number(large.readBigUInt64LE(taken - 8));
  });
  return { bytes, packedBytes, at };
}
