import { createHash } from 'node:crypto';

/** An entry of a git tree: its mode as git writes it, its name, and the id of what it names. */
export interface TreeEntry {
  readonly mode: '40000' | '100644' | '100755' | '120000';
  readonly name: string;
  readonly id: string;
}

/** The id that git gives to an object. */
export function objectId(kind: 'blob' | 'tree', content: Buffer): string {
  return createHash('sha1').update(`${kind} ${content.length}\0`).update(content).digest('hex');
}

/** The content of a tree as git has it: in the order of bytes, a directory as if a slash stood behind its name. */
export function treeContent(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.mode === '40000' ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry: { mode, name, id } }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
}
