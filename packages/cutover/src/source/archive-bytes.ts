import { createReadStream } from 'node:fs';
import { PassThrough, Readable, type Transform } from 'node:stream';
import type { Archive } from './artifact.ts';
import { decompress } from './compression.ts';
import { tarOfZip } from './zip-tar.ts';

/** The stretch of a pipeline that gives an archive as a tar without compression. */
export function tarOfArchive({ path, packing }: Archive): readonly [Readable, Transform] {
  if (packing === 'zip') return [Readable.from(tarOfZip(path), { objectMode: false }), new PassThrough()];
  const [unpacking = new PassThrough()] = decompress(packing);
  return [createReadStream(path), unpacking];
}
