import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { git } from '../source/kit.ts';

/** Files by path: what is in each, and its mode as git writes it. */
export type Files = Readonly<Record<string, readonly [content: string, mode: string]>>;

const name = fc.string({
  minLength: 1,
  maxLength: 4,
  unit: fc.constantFrom('a', 'A', 'b', ' ', '-', "'", '\n', 'é', '$', '\\', '*'),
});

/** Trees with odd names, whose paths come again in other trees as files, directories and links. */
export const anyFiles: fc.Arbitrary<Files> = fc.dictionary(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  fc.tuple(fc.string({ maxLength: 40 }), fc.constantFrom('100644', '100755', '120000')),
  { minKeys: 1, maxKeys: 8 },
);

/** A tree of these files in a repository, made without a work tree; a path that another needs as a directory is left out. */
export function makeTree(repo: string, files: Files): string {
  const paths = Object.keys(files).filter((path) => !Object.keys(files).some((other) => other.startsWith(`${path}/`)));
  git(repo, ['read-tree', '--empty']);
  const contents = paths.map((path, i) => {
    const [content = '', mode = ''] = files[path] ?? [];
    // A link to nothing has no content, which no file system takes.
    writeFileSync(join(repo, '.git', `made-${i}`), mode === '120000' ? content.replaceAll('\0', '0') || 'x' : content);
    return join(repo, '.git', `made-${i}`);
  });
  const ids = git(repo, ['hash-object', '-w', '--no-filters', '--stdin-paths'], contents.join('\n')).trim().split('\n');
  const lines = paths.map((path, i) => `${files[path]?.[1]} ${ids[i]}\t${path}\0`);
  git(repo, ['update-index', '-z', '--index-info'], lines.join(''));
  return git(repo, ['write-tree']).trim();
}
