import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate, type ZlibOptions } from 'node:zlib';
import type { Payload } from '../model/payload.ts';
import { eachContent, treeOfArchive } from './archive-tree.ts';
import { type Archive, type Artifact, lookAtArtifact } from './artifact.ts';
import { contentOf, type FoundObject, treeOfDirectory } from './artifact-tree.ts';
import { cancelled, isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';
import type { TreeObject } from './tree-making.ts';
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

/** Writes a git pack of the objects of a directory or archive that its receiver lacks, or none, to an open file; no git is needed for that. */
export async function writeArtifactPack(
  { path, tree }: Wish,
  { exclude, held, signal }: ArtifactPackContext,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const artifact = await lookAtArtifact(path);
  if (isSourceProblem(artifact)) return artifact;
  const made = await madeOf(artifact, exclude, signal);
  if (isSourceProblem(made)) return made;
  if ('unfit' in made || made.tree !== tree) return artifactChanged(path);
  const lacking: Lacking = [...made.objects].filter(([id]) => !held.has(id.slice(0, heldDigits)));
  const pack = packInto(file);
  await pack.begin(lacking.length);
  const problem =
    (await writeFound(pack, lacking.filter(isFound), signal)) ??
    (artifact.kind === 'archive' ? await writeEntries(pack, artifact, { lacking, signal }) : null);
  if (problem === 'changed') return artifactChanged(path);
  if (problem === null) await pack.end();
  return problem;
}

async function madeOf(artifact: Artifact, exclude: readonly string[], signal: AbortSignal) {
  if (artifact.kind === 'directory') return treeOfDirectory(artifact.path, exclude, signal);
  const read = await treeOfArchive(artifact, signal);
  return isSourceProblem(read) ? read : read.made;
}

type Lacking = readonly (readonly [string, TreeObject])[];
type Found = readonly [string, FoundObject];

/** Whether its bytes are at hand: those of an archive come by, one after another. */
function isFound(one: readonly [string, TreeObject]): one is Found {
  return one[1].kind !== 'entry';
}

async function writeFound(
  pack: Pack,
  objects: readonly Found[],
  signal: AbortSignal,
): Promise<SourceProblem | 'changed' | null> {
  for (let at = 0; at < objects.length; ) {
    if (signal.aborted) return cancelled;
    const some = nextFew(objects, at);
    if (some === null) return 'changed';
    await pack.write(some);
    at += some.length;
  }
  return null;
}

/** All of the archive is read once more; what it held when its tree was made must be there again. */
async function writeEntries(
  pack: Pack,
  archive: Archive,
  { lacking, signal }: { readonly lacking: Lacking; readonly signal: AbortSignal },
): Promise<SourceProblem | 'changed' | null> {
  const left = new Set(lacking.filter((one) => !isFound(one)).map(([id]) => id));
  let some: Read[] = [];
  const problem = await eachContent(archive, signal, async (content) => {
    if (!left.delete(objectId('blob', content))) return;
    some.push({ kind: 'entry', content });
    if (some.length < fewObjects && bytesOf(some) < fewBytes) return;
    await pack.write(some);
    some = [];
  });
  await pack.write(some);
  return problem ?? (left.size > 0 ? 'changed' : null);
}

interface Read {
  readonly kind: TreeObject['kind'];
  readonly content: Buffer;
}

/** They are compressed at the same time. More than these are not held in memory, except one that is larger. */
const fewObjects = 32;
const fewBytes = 8 * 1024 * 1024;

function bytesOf(some: readonly Read[]): number {
  return some.reduce((sum, { content }) => sum + content.length, 0);
}

/** Reads the next objects; null when one of them is not what it was. */
function nextFew(objects: readonly Found[], at: number): readonly Read[] | null {
  const read: Read[] = [];
  for (const [id, object] of objects.slice(at, at + fewObjects)) {
    const content = contentOf(object);
    const { kind } = object;
    if (objectId(kind === 'tree' ? 'tree' : 'blob', content) !== id) return null;
    read.push({ kind, content });
    if (bytesOf(read) > fewBytes) break;
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

/** A pack that is being written. */
interface Pack {
  begin(objects: number): Promise<void>;
  write(some: readonly Read[]): Promise<void>;
  end(): Promise<void>;
}

/** A pack ends with the SHA-1 of all that stands before. */
function packInto(file: FileHandle): Pack {
  const hash = createHash('sha1');
  const append = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    await file.appendFile(bytes);
  };
  return {
    begin: (objects) => append(Buffer.concat([Buffer.from('PACK'), uint32(2), uint32(objects)])),
    async write(some) {
      const bodies = await Promise.all(some.map(({ content }) => deflated(content, { level: 3 })));
      for (const [i, { kind, content }] of some.entries())
        await append(Buffer.concat([header(kind, content.length), bodies[i] ?? Buffer.alloc(0)]));
    },
    end: () => file.appendFile(hash.digest()),
  };
}

const objectTypes = { tree: 2, blob: 3 } as const;

/** Type and size as git packs them: four bits of the size beside the type, then seven in each byte that follows. */
function header(kind: TreeObject['kind'], size: number): Buffer {
  const type = objectTypes[kind === 'tree' ? 'tree' : 'blob'];
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
