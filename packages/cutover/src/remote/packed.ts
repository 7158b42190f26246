import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** Text that the runner evaluates before it reads on. */
export function plainFrame(text: string): Buffer {
  return Buffer.from(`plain ${Buffer.byteLength(text)}\n${text}`);
}

/** The same, compressed. */
export function packedFrame(text: string): Buffer {
  const packed = gzipSync(text);
  return Buffer.concat([Buffer.from(`packed ${packed.length}\n`), packed]);
}

/** Whether these bytes begin as compressed ones do, and as no mark does. */
export function isPacked(bytes: Buffer): boolean {
  return bytes[0] === 0x1f;
}

/** What compressed bytes say, as far as they came. */
export function unpacked(bytes: Buffer): Buffer {
  return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}
