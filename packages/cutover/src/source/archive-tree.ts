import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { tarOfArchive } from './archive-bytes.ts';
import type { Archive } from './artifact.ts';
import type { Found } from './directory.ts';
import { cancelled, type SourceProblem } from './problem.ts';
import { type ArchiveEntry, type SameAs, tarEntries } from './tar-entries.ts';
import {
  type ArtifactTree,
  beginTree,
  finishTree,
  modeOf,
  type NoTree,
  takeDirectory,
  takeFile,
  unfitName,
} from './tree-making.ts';
import { objectId } from './tree-objects.ts';
import { notRead } from './unpackable.ts';

/** What an archive is: its digest without compression, and the tree that unpacking it would give, or why there is none. */
export interface ArchiveRead {
  readonly digest: string;
  readonly made: ArtifactTree | NoTree;
}

/** Reads an archive through, without unpacking it anywhere. */
export async function treeOfArchive(archive: Archive, signal: AbortSignal): Promise<ArchiveRead | SourceProblem> {
  const unpacked = new Map<string, Unpacked>();
  let unfit: NoTree | null = null;
  const digest = await readThrough(archive, signal, async (bytes) => {
    for await (const entry of tarEntries(bytes)) {
      unfit ??= 'unfit' in entry ? entry : unpack(unpacked, entry);
    }
  });
  if (typeof digest !== 'string') return digest;
  return { digest, made: unfit ?? treeOf(unpacked, digest) };
}

/** Lets `hear` have every file and link of an archive, with its bytes, in order. */
export async function eachContent(
  archive: Archive,
  signal: AbortSignal,
  hear: (content: Buffer) => Promise<void>,
): Promise<SourceProblem | null> {
  const read = await readThrough(archive, signal, async (bytes) => {
    for await (const entry of tarEntries(bytes)) {
      if ('content' in entry && entry.kind !== 'directory') await hear(entry.content);
    }
  });
  return typeof read === 'string' ? null : read;
}

/** The digest of the archive without its compression; all of it is read, however much `take` took. */
async function readThrough(
  archive: Archive,
  signal: AbortSignal,
  take: (bytes: AsyncIterator<Buffer>) => Promise<void>,
): Promise<string | SourceProblem> {
  const hash = createHash('sha256');
  const through = async (source: AsyncIterable<Buffer>): Promise<void> => {
    const bytes = hashed(source[Symbol.asyncIterator](), hash);
    await take(bytes);
    while (!(await bytes.next()).done);
  };
  try {
    await pipeline(...tarOfArchive(archive), through, { signal });
  } catch (error) {
    return signal.aborted ? cancelled : notRead(archive.path, error);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** It can be left and gone on with: it has no `return`, which would close what it is of. */
function hashed(bytes: AsyncIterator<Buffer>, hash: ReturnType<typeof createHash>): AsyncIterator<Buffer> {
  return {
    async next() {
      const taken = await bytes.next();
      if (!taken.done) hash.update(taken.value);
      return taken;
    },
  };
}

/** What lies at a path once all entries up to now are unpacked; of a file or a link its object. */
interface Unpacked {
  readonly kind: Found['kind'];
  readonly mode: number;
  readonly id: string;
}

/** Does what tar would do; answers why that is not certain. */
function unpack(unpacked: Map<string, Unpacked>, entry: ArchiveEntry | SameAs): NoTree | null {
  const { name } = entry;
  const parents = name.split('/').slice(0, -1);
  for (const [i] of parents.entries()) {
    const parent = parents.slice(0, i + 1).join('/');
    const before = unpacked.get(parent);
    if (before === undefined) unpacked.set(parent, { kind: 'directory', mode: 0o755, id: '' });
    else if (before.kind !== 'directory') return anew(name);
  }
  const made = entry.kind === 'same' ? unpacked.get(entry.as) : asUnpacked(entry);
  if (made === undefined || (entry.kind === 'same' && made.kind === 'directory'))
    return { unfit: `${JSON.stringify(name)} in it is a link to a file that does not stand before it` };
  const before = unpacked.get(name);
  if (before !== undefined && (before.kind === 'directory') !== (made.kind === 'directory')) return anew(name);
  unpacked.set(name, made);
  return null;
}

function asUnpacked({ kind, mode, content }: ArchiveEntry): Unpacked {
  return { kind, mode: modeOf(mode), id: kind === 'directory' ? '' : objectId('blob', content) };
}

function anew(name: string): NoTree {
  return { unfit: `${JSON.stringify(name)} in it lies where something else is` };
}

function treeOf(unpacked: ReadonlyMap<string, Unpacked>, digest: string): ArtifactTree | NoTree {
  // What lies in a directory comes after it: its name is longer.
  const all = [...unpacked].sort(([a], [b]) => (a < b ? -1 : 1));
  const found = all.map(
    ([name, { kind }]): Found => ({ kind, name: kind === 'directory' && name !== '' ? `${name}/` : name }),
  );
  const unfit = found.length === 0 ? 'it holds nothing' : unfitName(found);
  if (unfit !== null) return { unfit };
  const making = beginTree();
  for (const [i, one] of found.entries()) {
    const { mode, id } = all[i]?.[1] ?? { mode: 0, id: '' };
    if (one.kind === 'directory') takeDirectory(making, one.name, mode);
    else {
      making.objects.set(id, { kind: 'entry' });
      takeFile(making, one, { mode, id });
    }
  }
  const made = finishTree(making);
  return 'unfit' in made ? made : { ...made, digest };
}
