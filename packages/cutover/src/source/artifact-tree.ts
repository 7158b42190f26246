import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { attributesAlias, type Remainder } from '../model/remainder.ts';
import { type Found, listDirectory } from './directory.ts';
import { cancelled, isSourceProblem, type SourceProblem } from './problem.ts';
import { objectId, type TreeEntry, treeContent } from './tree-objects.ts';

/** A directory of this machine as a git tree, with what no tree can hold beside it. */
export interface ArtifactTree {
  readonly tree: string;
  readonly remainder: Remainder;
  /** `sha256:` of all of it: the same wherever and whenever the same files were made. */
  readonly digest: string;
  /** Every object by its id: the content of a tree, or where the content of a file or a link is. */
  readonly objects: ReadonlyMap<string, TreeObject>;
}

/** What an object is made from. */
export type TreeObject =
  | { readonly kind: 'tree'; readonly content: Buffer }
  | { readonly kind: 'file' | 'link'; readonly path: string };

/** Why a directory cannot travel as a git tree: a clause. */
export interface NoTree {
  readonly unfit: string;
}

/** Each file is held in memory while it is hashed and packed. */
const largestBytes = 256 * 1024 * 1024;

/** What a tree cannot hold goes along in the text of a step. */
const mostRemaining = 200;

/** Reads a whole directory, and gives way to other work now and then. */
export async function treeOfDirectory(
  path: string,
  exclude: readonly string[],
  signal: AbortSignal,
): Promise<ArtifactTree | NoTree | SourceProblem> {
  const found = await listDirectory(path, exclude);
  if (isSourceProblem(found)) return found;
  const unfit = unfitName(found);
  if (unfit !== null) return { unfit };
  const reading = beginReading(path);
  for (const one of found) {
    if (signal.aborted) return cancelled;
    const large = read(reading, one);
    if (large !== null) return { unfit: large };
    await givingWay(reading);
  }
  return finished(reading);
}

/** Git refuses these names in a tree wherever they stand, and some for links alone: other file systems would read them otherwise. */
const refused = /^(?:\.git|git~1)[ .]*(?:$|[\\:])/i;
const refusedForLinks = /^(?:\.gitmodules|gitmod~|gi7eba)/i;

function unfitName(found: readonly Found[]): string | null {
  const bad = found.find(({ kind, name }) => {
    const own = baseOf(name);
    return (
      refused.test(own) ||
      own === attributesAlias ||
      name.includes('\uFFFD') ||
      (kind === 'link' && refusedForLinks.test(own))
    );
  });
  return bad ? `git takes no file that is called ${JSON.stringify(bad.name)}` : null;
}

interface Reading {
  readonly path: string;
  readonly objects: Map<string, TreeObject>;
  /** The entries of each directory, by its name with the slash; the root's is empty. */
  readonly directories: Map<string, TreeEntry[]>;
  readonly directoryModes: Map<string, number>;
  readonly modes: { readonly path: string; readonly mode: number }[];
  readonly manifest: ReturnType<typeof createHash>;
  /** When it gave way last, and whether there was a `.gitattributes`. */
  sinceMs: number;
  hasAttributes: boolean;
}

function beginReading(path: string): Reading {
  return {
    path,
    objects: new Map(),
    directories: new Map([['', []]]),
    directoryModes: new Map(),
    modes: [],
    manifest: createHash('sha256'),
    sinceMs: performance.now(),
    hasAttributes: false,
  };
}

/** Synchronous calls take a fraction of the time that asynchronous ones take for small files. */
async function givingWay(reading: Reading): Promise<void> {
  if (performance.now() - reading.sinceMs < 15) return;
  await setImmediate();
  reading.sinceMs = performance.now();
}

/** Takes one entry in; answers why that cannot be. */
function read(reading: Reading, { kind, name }: Found): string | null {
  const path = join(reading.path, name);
  const { mode: raw, size } = lstatSync(path);
  // Nobody but the owner may write to what is deployed, as if it had been unpacked under umask 022.
  const mode = raw & 0o7777 & ~0o022;
  if (kind === 'directory') {
    reading.directories.set(name, []);
    note(reading, { name, mode, usual: mode === 0o755, id: 'directory' });
    return null;
  }
  if (size > largestBytes) return `${JSON.stringify(name)} is larger than 256 MB`;
  const id = kept(reading, { kind, path });
  const isExecutable = (mode & 0o100) !== 0;
  const entryMode = kind === 'link' ? '120000' : isExecutable ? '100755' : '100644';
  note(reading, { name, mode, usual: kind === 'link' || mode === (isExecutable ? 0o755 : 0o644), id: `${kind} ${id}` });
  enter(reading, name, { mode: entryMode, id });
  return null;
}

function kept(reading: Reading, { kind, path }: { readonly kind: 'file' | 'link'; readonly path: string }): string {
  const id = objectId('blob', contentOf({ kind, path }));
  if (!reading.objects.has(id)) reading.objects.set(id, { kind, path });
  return id;
}

/** The bytes of an object. */
export function contentOf(object: TreeObject): Buffer {
  if (object.kind === 'tree') return object.content;
  return object.kind === 'link' ? Buffer.from(readlinkSync(object.path, 'buffer')) : readFileSync(object.path);
}

interface Noted {
  readonly name: string;
  readonly mode: number;
  readonly usual: boolean;
  /** What it is, and the id of its content. */
  readonly id: string;
}

function note(reading: Reading, { name, mode, usual, id }: Noted): void {
  reading.manifest.update(`${mode.toString(8)} ${id} ${name}\0`);
  if (!usual) reading.modes.unshift({ path: name, mode });
}

function enter(reading: Reading, name: string, { mode, id }: Pick<TreeEntry, 'mode' | 'id'>): void {
  const own = baseOf(name);
  const isAttributes = own === '.gitattributes';
  if (isAttributes) reading.hasAttributes = true;
  reading.directories.get(parentOf(name))?.push({ mode, id, name: isAttributes ? attributesAlias : own });
}

/** The deepest directories first: each is an entry of the one above it, unless nothing is in it. */
function finished(reading: Reading): ArtifactTree | NoTree {
  const { directories, modes, objects, manifest } = reading;
  const hollow: string[] = [];
  let root = '';
  for (const [name, entries] of [...directories].reverse()) {
    const content = treeContent(entries);
    const id = objectId('tree', content);
    if (name === '') root = id;
    if (entries.length === 0 && name !== '') hollow.push(name);
    if (entries.length > 0 || name === '') objects.set(id, { kind: 'tree', content });
    if (entries.length > 0 && name !== '') enter(reading, name, { mode: '40000', id });
  }
  if (hollow.length + modes.length > mostRemaining) return { unfit: tooMany(hollow.length, modes.length) };
  const digest = `sha256:${manifest.digest('hex')}`;
  // A directory may have that name too, and has entered its own by now.
  const remainder = { directories: hollow.reverse(), modes, hasAttributes: reading.hasAttributes };
  return { tree: root, digest, objects, remainder };
}

function tooMany(hollow: number, modes: number): string {
  return hollow > modes
    ? `${hollow} directories in it are empty`
    : `${modes} files in it have modes other than 644 and 755`;
}

function parentOf(name: string): string {
  return name.slice(0, name.replace(/\/$/, '').lastIndexOf('/') + 1);
}

function baseOf(name: string): string {
  return name.replace(/\/$/, '').slice(parentOf(name).length);
}
