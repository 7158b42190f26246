import { stat } from 'node:fs/promises';
import type { Compression } from '../model/payload.ts';
import { type SourceProblem, sourceProblem } from './problem.ts';

/** What an artifact's path turned out to be. */
export type Artifact =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'archive'; readonly path: string; readonly compression: Compression };

const archives: readonly (readonly [RegExp, Compression])[] = [
  [/\.tar$/i, 'none'],
  [/\.(tar\.gz|tgz)$/i, 'gzip'],
  [/\.(tar\.zst|tzst)$/i, 'zstd'],
];

/** Looks at an artifact's path. */
export async function lookAtArtifact(path: string): Promise<Artifact | SourceProblem> {
  const found = await stat(path).catch(() => null);
  if (!found)
    return sourceProblem('artifact-missing', `The artifact ${path} is not there. Build it first, or correct its path.`);
  if (found.isDirectory()) return { kind: 'directory', path };
  const [, compression] = archives.find(([ending]) => ending.test(path)) ?? [];
  if (found.isFile() && compression) return { kind: 'archive', path, compression };
  return sourceProblem(
    'artifact-format',
    `The artifact ${path} is neither a directory nor a tar archive. ${instead(path)}`,
  );
}

function instead(path: string): string {
  if (/\.zip$/i.test(path))
    return 'A zip archive keeps no modes or links: unpack it and name the directory, or build a .tar.gz.';
  return 'Name a directory, or an archive that ends with .tar, .tar.gz, .tgz or .tar.zst.';
}
