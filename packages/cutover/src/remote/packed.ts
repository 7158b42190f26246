import { gzipSync } from 'node:zlib';

/** Text that the runner evaluates before it reads on. */
export function plainFrame(text: string): Buffer {
  return Buffer.from(`plain ${Buffer.byteLength(text)}\n${text}`);
}

/** The same, compressed. */
export function packedFrame(text: string): Buffer {
  const packed = gzipSync(text);
  return Buffer.concat([Buffer.from(`packed ${packed.length}\n`), packed]);
}
