import { createHash } from 'node:crypto';
import { attributesAlias, type Remainder } from '../model/remainder.ts';
import type { Found } from './directory.ts';
import { objectId, type TreeEntry, treeContent } from './tree-objects.ts';

/** A directory or archive of this machine as a git tree, with what no tree can hold beside it. */
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
  | { readonly kind: 'file' | 'link'; readonly path: string }
  /** A file or link of an archive, which is read once more for it. */
  | { readonly kind: 'entry' };

/** Why it cannot travel as a git tree: a clause. */
export interface NoTree {
  readonly unfit: string;
}

/** What a tree cannot hold goes along in the text of a step. */
const mostRemaining = 200;

/** Git refuses these names in a tree wherever they stand, and some for links alone: other file systems would read them otherwise. */
const refused = /^(?:\.git|git~1)[ .]*(?:$|[\\:])/i;
const refusedForLinks = /^(?:\.gitmodules|gitmod~|gi7eba)/i;

/** Why git would not take one of these names: a clause. */
export function unfitName(found: readonly Found[]): string | null {
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

/** A tree that is being made; what is taken in must come before what lies in it. */
export interface Making {
  readonly objects: Map<string, TreeObject>;
  /** The entries of each directory, by its name with the slash; the root's is empty. */
  readonly directories: Map<string, TreeEntry[]>;
  readonly modes: { readonly path: string; readonly mode: number }[];
  readonly manifest: ReturnType<typeof createHash>;
  hasAttributes: boolean;
}

/** A tree in which nothing is yet. */
export function beginTree(): Making {
  return {
    objects: new Map(),
    directories: new Map([['', []]]),
    modes: [],
    manifest: createHash('sha256'),
    hasAttributes: false,
  };
}

/** Nobody but the owner may write to what is deployed, as if it had been unpacked under umask 022. */
export function modeOf(raw: number): number {
  return raw & 0o7777 & ~0o022;
}

/** Takes a directory in. */
export function takeDirectory(making: Making, name: string, mode: number): void {
  making.directories.set(name, []);
  note(making, { name, mode, usual: mode === 0o755, id: 'directory' });
}

/** Takes a file or a link in, whose object has this id. */
export function takeFile(
  making: Making,
  { kind, name }: Found,
  { mode, id }: { readonly mode: number; readonly id: string },
): void {
  const isExecutable = (mode & 0o100) !== 0;
  const entryMode = kind === 'link' ? '120000' : isExecutable ? '100755' : '100644';
  note(making, { name, mode, usual: kind === 'link' || mode === (isExecutable ? 0o755 : 0o644), id: `${kind} ${id}` });
  enter(making, name, { mode: entryMode, id });
}

interface Noted {
  readonly name: string;
  readonly mode: number;
  readonly usual: boolean;
  /** What it is, and the id of its content. */
  readonly id: string;
}

function note(making: Making, { name, mode, usual, id }: Noted): void {
  making.manifest.update(`${mode.toString(8)} ${id} ${name}\0`);
  if (!usual) making.modes.unshift({ path: name, mode });
}

function enter(making: Making, name: string, { mode, id }: Pick<TreeEntry, 'mode' | 'id'>): void {
  const own = baseOf(name);
  const isAttributes = own === '.gitattributes';
  if (isAttributes) making.hasAttributes = true;
  making.directories.get(parentOf(name))?.push({ mode, id, name: isAttributes ? attributesAlias : own });
}

/** The deepest directories first: each is an entry of the one above it, unless nothing is in it. */
export function finishTree(making: Making): ArtifactTree | NoTree {
  const { directories, modes, objects, manifest } = making;
  const hollow: string[] = [];
  let root = '';
  for (const [name, entries] of [...directories].reverse()) {
    const content = treeContent(entries);
    const id = objectId('tree', content);
    if (name === '') root = id;
    if (entries.length === 0 && name !== '') hollow.push(name);
    if (entries.length > 0 || name === '') objects.set(id, { kind: 'tree', content });
    if (entries.length > 0 && name !== '') enter(making, name, { mode: '40000', id });
  }
  if (hollow.length + modes.length > mostRemaining) return { unfit: tooMany(hollow.length, modes.length) };
  const digest = `sha256:${manifest.digest('hex')}`;
  // A directory may have that name too, and has entered its own by now.
  const remainder = { directories: hollow.reverse(), modes, hasAttributes: making.hasAttributes };
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
