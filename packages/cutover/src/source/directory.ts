import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import ignore, { type Ignore } from 'ignore';
import { packTar, type TarSource } from 'modern-tar/fs';
import { type SourceProblem, sourceProblem } from './problem.ts';

/** An entry of a directory's archive. */
interface Entry {
  /** Relative to the directory, with a slash at its end if it is a directory itself. */
  readonly name: string;
  readonly source: TarSource;
}

/**
 * A directory as one tar archive: the same bytes for the same files, in the order of their names, with modes and symbolic
 * links kept and owned by root. What `exclude` (patterns as in `.gitignore`) names and whatever is called `.git` is left out.
 */
export async function tarOfDirectory(path: string, exclude: readonly string[]): Promise<Readable | SourceProblem> {
  const entries = await entriesBelow({ path, ignored: ignore({ ignorecase: false }).add(exclude) }, '');
  if (!Array.isArray(entries)) return entries;
  if (entries.length === 0)
    return sourceProblem('artifact-empty', `The artifact ${path} holds no files. Build it first.`);
  // modern-tar turns a backslash in a name into a slash, so it is given numbers for names and the names come back here.
  const sources = entries.map(({ source }, i) => ({ ...source, target: source.type === 'content' ? `${i}/` : `${i}` }));
  return packTar(sources, {
    map: (header) => ({ ...header, name: nameOf(entries, header.name), uid: 0, gid: 0 }),
  });
}

function nameOf(entries: readonly Entry[], target: string): string {
  return entries[Number.parseInt(target, 10)]?.name ?? target;
}

interface Walk {
  readonly path: string;
  readonly ignored: Ignore;
}

async function entriesBelow(walk: Walk, below: string): Promise<Entry[] | SourceProblem> {
  const found = await readdir(join(walk.path, below), { withFileTypes: true });
  const entries: Entry[] = [];
  for (const entry of found.sort(byName)) {
    const name = entry.isDirectory() ? `${below}${entry.name}/` : below + entry.name;
    if (entry.name === '.git' || walk.ignored.ignores(name)) continue;
    if (!isPackable(entry)) return unpackable(join(walk.path, name));
    entries.push(await entryOf(join(walk.path, name), name));
    const inner = entry.isDirectory() ? await entriesBelow(walk, name) : [];
    if (!Array.isArray(inner)) return inner;
    entries.push(...inner);
  }
  return entries;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

function isPackable(entry: Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

function unpackable(path: string): SourceProblem {
  return sourceProblem(
    'artifact-format',
    `${path} is neither a file, a directory nor a link. Remove it or exclude it.`,
  );
}

async function entryOf(path: string, name: string): Promise<Entry> {
  if (!name.endsWith('/')) return { name, source: { type: 'file', source: path, target: name } };
  const { mode, mtime } = await lstat(path);
  return { name, source: { type: 'content', content: null, target: name, mode: mode & 0o7777, mtime } };
}
