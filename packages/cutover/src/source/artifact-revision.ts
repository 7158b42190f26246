import { Writable } from 'node:stream';
import type { Source } from '../model/source.ts';
import { treeOfArchive } from './archive-tree.ts';
import { type Archive, lookAtArtifact } from './artifact.ts';
import { writeArtifact } from './artifact-tar.ts';
import { treeOfDirectory } from './artifact-tree.ts';
import { isSourceProblem, type SourceProblem } from './problem.ts';
import type { ResolvedSource } from './resolved.ts';
import type { NoTree } from './tree-making.ts';

type ArtifactSource = Extract<Source, { kind: 'artifact' }>;

/**
 * An artifact's revision is a digest, so that the same files are the same revision; of an archive it is its own. A directory or an archive is a
 * git tree too, of which only what a host lacks is sent; one that no tree can hold goes over whole.
 */
export async function resolveArtifact(
  source: ArtifactSource,
  signal: AbortSignal,
): Promise<ResolvedSource | SourceProblem> {
  const artifact = await lookAtArtifact(source.path);
  if (isSourceProblem(artifact)) return artifact;
  if (artifact.kind === 'archive') return ofArchive(source, artifact, signal);
  const made = await treeOfDirectory(artifact.path, source.exclude, signal);
  if (isSourceProblem(made)) return made;
  if ('unfit' in made) return whole(source, signal, [wholeNote(source, made)]);
  const { tree, remainder, digest } = made;
  return { revision: revisionOf(source, digest), tree, remainder, archive: null, notes: [] };
}

/** What unpacking it would give is sent, as if it lay here unpacked. */
async function ofArchive(
  source: ArtifactSource,
  archive: Archive,
  signal: AbortSignal,
): Promise<ResolvedSource | SourceProblem> {
  const read = await treeOfArchive(archive, signal);
  if (isSourceProblem(read)) return read;
  const { digest, made } = read;
  const revision = revisionOf(source, digest);
  if ('unfit' in made)
    return { revision, tree: null, remainder: null, archive: digest, notes: [wholeNote(source, made)] };
  return { revision, tree: made.tree, remainder: made.remainder, archive: digest, notes: [] };
}

function wholeNote({ path }: ArtifactSource, { unfit }: NoTree): string {
  return `${path} is sent whole each time, for ${unfit}.`;
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
