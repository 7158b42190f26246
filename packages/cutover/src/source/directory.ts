import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import ignore, { type Ignore } from 'ignore';
import { packTar, type TarSource } from 'modern-tar/fs';
import { isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';

/** Something that a directory holds, directly or below. */
export interface Found {
  readonly kind: 'file' | 'directory' | 'link';
  /** Relative to the directory, with a slash at its end if it is a directory itself. */
  readonly name: string;
}

/**
 * All that a directory holds, each directory before what is in it, in the order of names. What `exclude` (patterns as in
 * `.gitignore`) names and whatever is called `.git` is left out.
 */
export async function listDirectory(
  path: string,
  exclude: readonly string[],
): Promise<readonly Found[] | SourceProblem> {
  const found = await foundBelow({ path, ignored: ignore({ ignorecase: false }).add(exclude) }, '');
  if (isSourceProblem(found) || found.length > 0) return found;
  return sourceProblem('artifact-empty', `The artifact ${path} holds no files. Build it first.`);
}

/**
 * A directory as one tar archive: the same bytes for the same files whenever they were made, with modes and symbolic links
 * kept and owned by root.
 */
export async function tarOfDirectory(path: string, exclude: readonly string[]): Promise<Readable | SourceProblem> {
  const found = await listDirectory(path, exclude);
  if (isSourceProblem(found)) return found;
  // modern-tar turns a backslash in a name into a slash, so it is given numbers for names and the names come back here.
  const sources = await Promise.all(found.map((one, i) => tarSource(path, one, i)));
  const names = new Map(sources.map(({ target }, i) => [target, found[i]?.name]));
  return packTar(sources, {
    map: (header) => ({
      ...header,
      name: names.get(header.name) ?? header.name,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
    }),
  });
}

async function tarSource(path: string, { kind, name }: Found, i: number): Promise<TarSource> {
  const source = join(path, name);
  if (kind !== 'directory') return { type: 'file', source, target: `${i}` };
  const { mode } = await lstat(source);
  return { type: 'content', content: null, target: `${i}/`, mode: mode & 0o7777 };
}

interface Walk {
  readonly path: string;
  readonly ignored: Ignore;
}

async function foundBelow(walk: Walk, below: string): Promise<Found[] | SourceProblem> {
  const entries = await readdir(join(walk.path, below), { withFileTypes: true });
  const all: Found[] = [];
  for (const entry of entries.sort(byName)) {
    const name = entry.isDirectory() ? `${below}${entry.name}/` : below + entry.name;
    if (entry.name === '.git' || walk.ignored.ignores(name)) continue;
    const kind = kindOf(entry);
    if (kind === null) return unpackable(join(walk.path, name));
    all.push({ kind, name });
    const inner = kind === 'directory' ? await foundBelow(walk, name) : [];
    if (isSourceProblem(inner)) return inner;
    for (const one of inner) all.push(one);
  }
  return all;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function kindOf(entry: Dirent): Found['kind'] | null {
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : null;
}

function unpackable(path: string): SourceProblem {
  return sourceProblem(
    'artifact-format',
    `${path} is neither a file, a directory nor a link. Remove it or exclude it.`,
  );
}
