import { createHash, type Hash } from 'node:crypto';
import { resolve } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Compression } from '../model/payload.ts';
import { tarOfArchive } from './archive-bytes.ts';
import { type Artifact, lookAtArtifact } from './artifact.ts';
import { compress } from './compression.ts';
import { tarOfDirectory } from './directory.ts';
import { cancelled, isSourceProblem, type SourceProblem } from './problem.ts';
import { notRead } from './unpackable.ts';

/** An artifact on its way into one tar archive. */
export interface ArtifactWish {
  readonly path: string;
  /** Patterns as in `.gitignore`; they say nothing of an archive that exists already. */
  readonly exclude: readonly string[];
  readonly compression: Compression;
  readonly signal: AbortSignal;
}

/** Writes an artifact as one tar archive and answers the `sha256:` of the archive as it is without compression. */
export async function writeArtifact(wish: ArtifactWish, out: Writable): Promise<string | SourceProblem> {
  const artifact = await lookAtArtifact(resolve(wish.path));
  if (isSourceProblem(artifact)) return artifact;
  try {
    return await written(artifact, wish, out);
  } catch (error) {
    return wish.signal.aborted ? cancelled : notRead(artifact.path, error);
  }
}

async function written(artifact: Artifact, wish: ArtifactWish, out: Writable): Promise<string | SourceProblem> {
  const tar = await tarOf(artifact, wish.exclude);
  if (isSourceProblem(tar)) return tar;
  const hash = createHash('sha256');
  await pipeline([...tar, hashing(hash), ...compress(wish.compression), out], { signal: wish.signal });
  return `sha256:${hash.digest('hex')}`;
}

async function tarOf(artifact: Artifact, exclude: readonly string[]): Promise<readonly Readable[] | SourceProblem> {
  if (artifact.kind === 'archive') return tarOfArchive(artifact);
  const tar = await tarOfDirectory(artifact.path, exclude);
  return isSourceProblem(tar) ? tar : [tar];
}

/** Passes everything on and takes its digest. */
function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
