import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate, type ZlibOptions } from 'node:zlib';
import type { Payload } from '../model/payload.ts';
import { contentOf, type TreeObject, treeOfDirectory } from './artifact-tree.ts';
import { cancelled, isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';
import { objectId } from './tree-objects.ts';

type Wish = Pick<Extract<Payload, { kind: 'artifact-pack' }>, 'path' | 'tree'>;

/** What a pack is made with. */
export interface ArtifactPackContext {
  readonly exclude: readonly string[];
  /** The first digits of the ids of what the receiver has. */
  readonly held: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** So many digits of an id tell objects apart: a chance in millions of millions, and then a damaged repository is found and healed. */
export const heldDigits = 16;

/** Writes a git pack of the objects of a directory that its receiver lacks, or none, to an open file; no git is needed for that. */
export async function writeArtifactPack(
  { path, tree }: Wish,
  { exclude, held, signal }: ArtifactPackContext,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const made = await treeOfDirectory(path, exclude, signal);
  if (isSourceProblem(made)) return made;
  if ('unfit' in made || made.tree !== tree) return artifactChanged(path);
  const lacking = [...made.objects].filter(([id]) => !held.has(id.slice(0, heldDigits)));
  const pack = packInto(file);
  await pack.write(Buffer.concat([Buffer.from('PACK'), uint32(2), uint32(lacking.length)]));
  for (let at = 0; at < lacking.length; ) {
    if (signal.aborted) return cancelled;
    const some = nextFew(lacking, at);
    if (some === null) return artifactChanged(path);
    const bodies = await Promise.all(some.map(({ content }) => deflated(content, { level: 3 })));
    for (const [i, { object, content }] of some.entries())
      await pack.write(Buffer.concat([header(object, content.length), bodies[i] ?? Buffer.alloc(0)]));
    at += some.length;
  }
  await pack.end();
  return null;
}

interface Read {
  readonly object: TreeObject;
  readonly content: Buffer;
}

/** They are compressed at the same time. More than these are not held in memory, except one that is larger. */
const fewObjects = 32;
const fewBytes = 8 * 1024 * 1024;

/** Reads the next objects; null when one of them is not what it was. */
function nextFew(objects: readonly (readonly [string, TreeObject])[], at: number): readonly Read[] | null {
  const read: Read[] = [];
  let bytes = 0;
  for (const [id, object] of objects.slice(at, at + fewObjects)) {
    const content = contentOf(object);
    if (objectId(object.kind === 'tree' ? 'tree' : 'blob', content) !== id) return null;
    read.push({ object, content });
    bytes += content.length;
    if (bytes > fewBytes) break;
  }
  return read;
}

/** What is deployed must be what was planned. */
export function artifactChanged(path: string): SourceProblem {
  return sourceProblem(
    'artifact-changed',
    `The artifact ${path} has changed since the deployment was planned. Deploy again when it is built.`,
  );
}

const deflated = promisify<Buffer, ZlibOptions, Buffer>(deflate);

/** A pack ends with the SHA-1 of all that stands before. */
function packInto(file: FileHandle) {
  const hash = createHash('sha1');
  return {
    async write(bytes: Buffer): Promise<void> {
      hash.update(bytes);
      await file.appendFile(bytes);
    },
    end: () => file.appendFile(hash.digest()),
  };
}

const objectTypes = { tree: 2, blob: 3 } as const;

/** Type and size as git packs them: four bits of the size beside the type, then seven in each byte that follows. */
function header(object: TreeObject, size: number): Buffer {
  const type = objectTypes[object.kind === 'tree' ? 'tree' : 'blob'];
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 128;
    bytes.push(rest & 127);
  }
  return Buffer.from(bytes);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
