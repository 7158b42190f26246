import type { Transform } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../model/payload.ts';

/** The stretch of a pipeline that compresses: none or one stream. */
export function compress(compression: Compression): readonly Transform[] {
  switch (compression) {
    case 'zstd':
      return [createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } })];
    case 'gzip':
      return [createGzip()];
    case 'none':
      return [];
  }
}

/** The stretch of a pipeline that takes a compression off again. */
export function decompress(compression: Compression): readonly Transform[] {
  switch (compression) {
    case 'zstd':
      return [createZstdDecompress()];
    case 'gzip':
      return [createGunzip()];
    case 'none':
      return [];
  }
}
