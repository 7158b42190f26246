/** What stands in the header of an entry of a tar archive, as far as it matters here. */
export interface TarHeader {
  readonly name: Buffer;
  readonly mode: number;
  readonly size: number;
  /** One character: `0` is a file, `5` a directory. */
  readonly type: string;
  readonly link: Buffer;
}

/** Tar archives are made of blocks of so many bytes. */
export const blockBytes = 512;

/** Whether nothing is in a block: two of them end an archive. */
export function isEmptyBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header; null where it is none, or damaged. Formats: v7, ustar, GNU and pax. */
export function headerIn(block: Buffer): TarHeader | null {
  const [mode, size, sum] = [numberIn(block, 100, 8), numberIn(block, 124, 12), numberIn(block, 148, 8)];
  if (mode === null || size === null || sum !== sumOf(block)) return null;
  const own = fieldIn(block, 0, 100);
  // GNU has other things there; its magic ends with blanks.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? fieldIn(block, 345, 155) : Buffer.alloc(0);
  const name = prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), own]) : own;
  const type = block.toString('latin1', 156, 157);
  return { name, mode, size, type: type === '\0' ? '0' : type, link: fieldIn(block, 157, 100) };
}

/** The records of a pax header, by their keys; null where it is damaged. */
export function paxRecords(content: Buffer): ReadonlyMap<string, Buffer> | null {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(content.toString('latin1', at, blank));
    const end = at + length;
    const equals = content.indexOf(0x3d, blank);
    if (!Number.isSafeInteger(length) || end > content.length || equals < 0 || equals >= end) return null;
    if (content[end - 1] !== 0x0a || blank >= end) return null;
    records.set(content.toString('utf8', blank + 1, equals), content.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** Text up to the first NUL. */
export function untilNul(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

function fieldIn(block: Buffer, from: number, length: number): Buffer {
  return untilNul(block.subarray(from, from + length));
}

/** Octal digits; GNU writes what is too large for them as bytes, with the first bit set. */
function numberIn(block: Buffer, from: number, length: number): number | null {
  const field = block.subarray(from, from + length);
  const first = field[0] ?? 0;
  if (first === 0x80) {
    const value = [...field.subarray(1)].reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  const text = untilNul(field).toString('latin1').trim();
  if (!/^[0-7]*$/.test(text)) return null;
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** The sum of all bytes, with blanks where the sum itself stands. */
function sumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}
