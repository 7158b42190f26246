import { stat } from 'node:fs/promises';
import type { Compression } from '../model/payload.ts';
import { type SourceProblem, sourceProblem } from './problem.ts';

/** What an artifact's path turned out to be. */
export type Artifact =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'archive'; readonly path: string; readonly packing: Compression | 'zip' };

/** A tar or zip archive of this machine. */
export type Archive = Extract<Artifact, { kind: 'archive' }>;

const archives: readonly (readonly [RegExp, Archive['packing']])[] = [
  [/\.tar$/i, 'none'],
  [/\.(tar\.gz|tgz)$/i, 'gzip'],
  [/\.(tar\.zst|tzst)$/i, 'zstd'],
  [/\.zip$/i, 'zip'],
];

/** Looks at an artifact's path. */
export async function lookAtArtifact(path: string): Promise<Artifact | SourceProblem> {
  const found = await stat(path).catch(() => null);
  if (!found)
    return sourceProblem('artifact-missing', `The artifact ${path} is not there. Build it first, or correct its path.`);
  if (found.isDirectory()) return { kind: 'directory', path };
  const [, packing] = archives.find(([ending]) => ending.test(path)) ?? [];
  if (found.isFile() && packing) return { kind: 'archive', path, packing };
  return sourceProblem(
    'artifact-format',
    `The artifact ${path} is neither a directory nor an archive. Name a directory, or an archive that ends with .tar, .tar.gz, .tgz, .tar.zst or .zip.`,
  );
}
