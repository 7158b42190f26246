import { Writable } from 'node:stream';
import type { Source } from '../model/settings.ts';
import { writeArtifact } from './artifact-tar.ts';
import { isSourceProblem, type SourceProblem } from './problem.ts';
import type { ResolvedSource } from './resolved.ts';

type ArtifactSource = Extract<Source, { kind: 'artifact' }>;

/** An artifact's revision is the digest of its archive, so that the same files are the same revision. */
export async function resolveArtifact(
  source: ArtifactSource,
  signal: AbortSignal,
): Promise<ResolvedSource | SourceProblem> {
  const digest = await writeArtifact({ ...source, compression: 'none', signal }, nowhere());
  if (isSourceProblem(digest)) return digest;
  const revision = { id: digest, ref: source.path, branch: null, author: '', message: '', committedAt: null };
  return { revision, tree: null, notes: [] };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
