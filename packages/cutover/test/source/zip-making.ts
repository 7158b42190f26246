import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip archive as it is to stand there, right or wrong; a plain file of Unix unless told otherwise. */
export interface Made {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  readonly raw?: number;
  readonly system?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the directory says in place of what is so. */
  readonly said?: { readonly bytes?: number; readonly crc?: number; readonly at?: number };
  readonly ownName?: string;
}

/** A zip archive of these entries. */
export function zipOf(entries: readonly Made[], comment = ''): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const made = fieldsOf(entry);
    const body = Buffer.concat([ownHeader(made, entry.ownName), made.packed]);
    directory.push(directoryEntry(made, entry, at));
    bodies.push(body);
    at += body.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...bodies, listed, end, Buffer.from(comment)]);
}

interface Fields {
  readonly name: Buffer;
  readonly packed: Buffer;
  /** Flags, method, crc, sizes: the same in both headers. */
  readonly common: Buffer;
}

function fieldsOf({ name, content = 'x', flags = 0, method = 8, said = {} }: Made): Fields {
  const plain = Buffer.from(content);
  const packed = method === 8 ? deflateRawSync(plain) : plain;
  const common = Buffer.alloc(20);
  common.writeUInt16LE(flags, 0);
  common.writeUInt16LE(method, 2);
  common.writeUInt32LE(said.crc ?? crc32(plain), 8);
  common.writeUInt32LE(packed.length, 12);
  common.writeUInt32LE(said.bytes ?? plain.length, 16);
  return { name: Buffer.from(name), packed, common };
}

function ownHeader({ name, common }: Fields, ownName?: string): Buffer {
  const own = ownName === undefined ? name : Buffer.from(ownName);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50);
  common.copy(header, 6);
  header.writeUInt16LE(own.length, 26);
  return Buffer.concat([header, own]);
}

function directoryEntry({ name, common }: Fields, { raw = 0o100644, system = 3, said }: Made, at: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50);
  header.writeUInt8(system, 5);
  common.copy(header, 8);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(raw, 40);
  header.writeUInt32LE(said?.at ?? at, 42);
  return Buffer.concat([header, name]);
}
