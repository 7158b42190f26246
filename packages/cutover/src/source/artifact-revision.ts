import { Writable } from 'node:stream';
import type { Source } from '../model/source.ts';
import { lookAtArtifact } from './artifact.ts';
import { writeArtifact } from './artifact-tar.ts';
import { treeOfDirectory } from './artifact-tree.ts';
import { isSourceProblem, type SourceProblem } from './problem.ts';
import type { ResolvedSource } from './resolved.ts';

type ArtifactSource = Extract<Source, { kind: 'artifact' }>;

/**
 * An artifact's revision is a digest, so that the same files are the same revision. A directory is a git tree too, of which only
 * what a host lacks is sent; an archive, or a directory that no tree can hold, goes over whole.
 */
export async function resolveArtifact(
  source: ArtifactSource,
  signal: AbortSignal,
): Promise<ResolvedSource | SourceProblem> {
  const artifact = await lookAtArtifact(source.path);
  if (isSourceProblem(artifact)) return artifact;
  if (artifact.kind === 'archive') return whole(source, signal, []);
  const made = await treeOfDirectory(artifact.path, source.exclude, signal);
  if (isSourceProblem(made)) return made;
  if ('unfit' in made) return whole(source, signal, [`${source.path} is sent whole each time, for ${made.unfit}.`]);
  const { tree, remainder, digest } = made;
  return { revision: revisionOf(source, digest), tree, remainder, archive: null, notes: [] };
}

/** `sha256:` of an artifact as one tar archive. */
export async function archiveDigest(source: ArtifactSource, signal: AbortSignal): Promise<string | SourceProblem> {
  return writeArtifact({ ...source, compression: 'none', signal }, nowhere());
}

async function whole(
  source: ArtifactSource,
  signal: AbortSignal,
  notes: readonly string[],
): Promise<ResolvedSource | SourceProblem> {
  const digest = await archiveDigest(source, signal);
  if (isSourceProblem(digest)) return digest;
  return { revision: revisionOf(source, digest), tree: null, remainder: null, archive: digest, notes };
}

function revisionOf({ path }: ArtifactSource, id: string): ResolvedSource['revision'] {
  return { id, ref: path, branch: null, author: '', message: '', committedAt: null };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
