import { blockBytes, headerIn, isEmptyBlock, paxRecords, type TarHeader, untilNul } from './tar-blocks.ts';
import type { NoTree } from './tree-making.ts';

/** Something that a tar archive holds. */
export interface ArchiveEntry {
  readonly kind: 'file' | 'directory' | 'link';
  /** Relative, without a slash at its end; empty is the root. */
  readonly name: string;
  readonly mode: number;
  /** Of a file its bytes, of a link its target. */
  readonly content: Buffer;
}

/** A file that has the content of one before it, by its name. */
export interface SameAs {
  readonly kind: 'same';
  readonly name: string;
  readonly as: string;
}

/** Each file is held in memory. */
const largestBytes = 256 * 1024 * 1024;

/**
 * The entries of a tar archive in their order. What is not as plain as can be ends them with the reason, a clause: how such a thing is unpacked
 * is for tar to decide. The bytes behind the end, or behind such an entry, are left unread. (modern-tar, which writes archives here, takes
 * entries of types that it does not know for files, and names that are not UTF-8 for others: what is sent must be what tar would make of it.)
 */
export async function* tarEntries(
  bytes: AsyncIterator<Buffer>,
): AsyncGenerator<ArchiveEntry | SameAs | NoTree, void, void> {
  const take = taking(bytes);
  let known: Overrides = {};
  for (;;) {
    const block = await take(blockBytes);
    if (block === null) return yield { unfit: 'it breaks off' };
    if (isEmptyBlock(block)) {
      const next = await take(blockBytes);
      if (next === null || isEmptyBlock(next)) return;
      return yield { unfit: 'it goes on behind an empty block' };
    }
    const header = headerIn(block);
    if (header === null) return yield unknown;
    const size = known.size ?? header.size;
    if (size > 0 && '12345'.includes(header.type)) return yield unknown;
    if (size > largestBytes) return yield { unfit: `${told(known.name ?? header.name)} is larger than 256 MB` };
    const hasContent = !'12345'.includes(header.type);
    const content = hasContent ? await take(size) : Buffer.alloc(0);
    if (content === null || (hasContent && (await take(-size & (blockBytes - 1))) === null))
      return yield { unfit: 'it breaks off' };
    if (header.type in extensions) {
      const more = extensions[header.type]?.(content) ?? unknown;
      if ('unfit' in more) return yield more;
      known = { ...known, ...more };
      continue;
    }
    yield entryOf({ ...header, ...known }, content);
    known = {};
  }
}

/** What is said of the next entry before it. */
type Overrides = Partial<Pick<TarHeader, 'name' | 'link' | 'size'>>;

/** Entries that speak of the one behind them: long names of GNU, and pax. */
const extensions: Readonly<Record<string, (content: Buffer) => Overrides | NoTree>> = {
  L: (content) => ({ name: untilNul(content) }),
  K: (content) => ({ link: untilNul(content) }),
  x: overridesIn,
  // Git notes the commit there.
  g: (content) => ([...(paxRecords(content)?.keys() ?? ['?'])].every((key) => key === 'comment') ? {} : unknown),
};

const unknown: NoTree = { unfit: 'what stands in it is not understood' };

/** Times, owners and attributes are not of interest; what tells of a file with holes is for tar. */
function overridesIn(content: Buffer): Overrides | NoTree {
  const records = paxRecords(content);
  if (records === null || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) return unknown;
  const [path, link, size] = [records.get('path'), records.get('linkpath'), records.get('size')?.toString('latin1')];
  if (size !== undefined && !/^\d{1,15}$/.test(size)) return unknown;
  return {
    ...(path ? { name: path } : {}),
    ...(link ? { link } : {}),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}

function entryOf({ name, link, mode, type }: TarHeader, content: Buffer): ArchiveEntry | SameAs | NoTree {
  const own = relative(name);
  if (own === null) return { unfit: `it holds ${told(name)}` };
  const isDirectory = type === '5' || (type === '0' && name.at(-1) === 0x2f);
  if (isDirectory) return { kind: 'directory', name: own, mode, content: Buffer.alloc(0) };
  if (own === '') return { unfit: `it holds ${told(name)}` };
  if (type === '0') return { kind: 'file', name: own, mode, content };
  if (type === '2') return { kind: 'link', name: own, mode: 0o777, content: link };
  const as = type === '1' ? relative(link) : null;
  return as ? { kind: 'same', name: own, as } : { unfit: `${told(name)} is neither a file, a directory nor a link` };
}

/** Null for what leads out of the archive, or is not UTF-8. */
function relative(name: Buffer): string | null {
  const text = name.toString('utf8');
  if (!Buffer.from(text).equals(name) || text.startsWith('/') || text.includes('\0') || text === '') return null;
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? null : parts.join('/');
}

function told(name: Buffer): string {
  return JSON.stringify(name.toString('utf8'));
}

/** Exactly so many bytes at a time; null where they are not there. Never closes what it takes from. */
function taking(bytes: AsyncIterator<Buffer>): (count: number) => Promise<Buffer | null> {
  let held: Buffer[] = [];
  let length = 0;
  return async (count) => {
    while (length < count) {
      const { value, done } = await bytes.next();
      if (done) return null;
      held.push(value);
      length += value.length;
    }
    const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held, length);
    held = [all.subarray(count)];
    length -= count;
    return all.subarray(0, count);
  };
}
