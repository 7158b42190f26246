import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Found, listDirectory } from './directory.ts';
import { cancelled, isSourceProblem, type SourceProblem } from './problem.ts';
import {
  type ArtifactTree,
  beginTree,
  finishTree,
  type Making,
  modeOf,
  type NoTree,
  type TreeObject,
  takeDirectory,
  takeFile,
  unfitName,
} from './tree-making.ts';
import { objectId } from './tree-objects.ts';

/** Each file is held in memory while it is hashed and packed. */
const largestBytes = 256 * 1024 * 1024;

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
  const reading: Reading = { path, making: beginTree(), sinceMs: performance.now() };
  for (const one of found) {
    if (signal.aborted) return cancelled;
    const large = read(reading, one);
    if (large !== null) return { unfit: large };
    await givingWay(reading);
  }
  return finishTree(reading.making);
}

interface Reading {
  readonly path: string;
  readonly making: Making;
  /** When it gave way last. */
  sinceMs: number;
}

/** Synchronous calls take a fraction of the time that asynchronous ones take for small files. */
async function givingWay(reading: Reading): Promise<void> {
  if (performance.now() - reading.sinceMs < 15) return;
  await setImmediate();
  reading.sinceMs = performance.now();
}

/** Takes one entry in; answers why that cannot be. */
function read({ path: root, making }: Reading, found: Found): string | null {
  const { kind, name } = found;
  const path = join(root, name);
  const { mode: raw, size } = lstatSync(path);
  const mode = modeOf(raw);
  if (kind === 'directory') {
    takeDirectory(making, name, mode);
    return null;
  }
  if (size > largestBytes) return `${JSON.stringify(name)} is larger than 256 MB`;
  const object: FoundObject = { kind, path };
  const id = objectId('blob', contentOf(object));
  if (!making.objects.has(id)) making.objects.set(id, object);
  takeFile(making, found, { mode, id });
  return null;
}

/** An object whose bytes are at hand. */
export type FoundObject = Exclude<TreeObject, { readonly kind: 'entry' }>;

/** The bytes of an object. */
export function contentOf(object: FoundObject): Buffer {
  if (object.kind === 'tree') return object.content;
  return object.kind === 'link' ? Buffer.from(readlinkSync(object.path, 'buffer')) : readFileSync(object.path);
}
