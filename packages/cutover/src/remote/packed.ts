import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';

/** Text that the runner evaluates before it reads on. */
export function plainFrame(text: string): Buffer {
  return Buffer.from(`plain ${Buffer.byteLength(text)}\n${text}`);
}

/** The same, compressed. */
export function packedFrame(text: string): Buffer {
  const packed = gzipSync(text);
  return Buffer.concat([Buffer.from(`packed ${packed.length}\n`), packed]);
}

/** The same as one word of printable characters, for a command. */
export function packedWord(text: string): string {
  return gzipSync(text).toString('base64');
}

/** Whether these bytes begin as compressed ones do, and as no mark does. */
export function isPacked(bytes: Buffer): boolean {
  return bytes[0] === 0x1f;
}

/** What compressed bytes say, as far as they came. */
export function unpacked(bytes: Buffer): Buffer {
  return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** The beginning of a compressed text, of which more is to come. */
export function beginning(text: string): Buffer {
  return Buffer.concat([header, deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })]);
}

/** Its end, which refers to what stands in the beginning, with the checksum and the length of the whole. */
export function ending(before: string, text: string): Buffer {
  const first = Buffer.from(before);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(text, crc32(first)), 0);
  trailer.writeUInt32LE((first.length + Buffer.byteLength(text)) % 2 ** 32, 4);
  return Buffer.concat([deflateRawSync(text, { dictionary: first.subarray(-windowBytes) }), trailer]);
}

/** The same as a format by which a shell makes it of text that it holds, and of which the text has so many bytes; null where that is too much for one block. */
export function beginningFormat(bytes: number): string | null {
  if (bytes > 0xffff) return null;
  const block = Buffer.alloc(5);
  block.writeUInt16LE(bytes, 1);
  block.writeUInt16LE(~bytes & 0xffff, 3);
  const octal = [...header, ...block].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `${octal.join('')}%.${bytes}s`;
}

/** How far back compressed text can refer. */
export const windowBytes = 32_768;
