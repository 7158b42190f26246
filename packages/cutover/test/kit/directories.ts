import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';

/** Something at a path: a file with its content, a link with its target, or a directory that may stay empty. */
export interface Item {
  readonly kind: 'file' | 'link' | 'directory';
  readonly content: string;
  readonly mode: number;
}

const name = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.string({
      minLength: 1,
      maxLength: 3,
      unit: fc.constantFrom('a', 'A', 'b', '.', ' ', '-', "'", '\n', 'é', '$', '\\', '*'),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('.gitattributes', '.gitignore', 'a.c', 'ab', 'a0') },
);

const content = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('* export-ignore\n', '* text eol=crlf ident\n', '$Id$\n$Format:%H$\n', 'a\r\nb\n', 'x'.repeat(200)),
);

/** Directories with odd names, modes and contents, whose paths come again in others as files, directories and links. */
export const anyItems: fc.Arbitrary<Readonly<Record<string, Item>>> = fc.dictionary(
  fc
    .array(
      name.filter((part) => !/^\.+$/.test(part)),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('/')),
  fc.record({
    kind: fc.constantFrom('file', 'file', 'file', 'link', 'directory'),
    content,
    mode: fc.constantFrom(0o644, 0o644, 0o755, 0o600, 0o664, 0o775, 0o700, 0o444),
  }),
  { minKeys: 1, maxKeys: 9 },
);

/** Makes the directory hold these, in place of what was there; what would lie in or under another thing is left out. */
export function makeDirectory(path: string, items: Readonly<Record<string, Item>>): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  for (const [at, { kind, content: written, mode }] of Object.entries(items)) {
    const whole = join(path, at);
    try {
      mkdirSync(dirname(whole), { recursive: true });
      if (kind === 'directory') mkdirSync(whole, { recursive: true });
      else if (kind === 'link') symlinkSync(`no ${written.replaceAll('\0', '0').slice(0, 50)}`, whole);
      else writeFileSync(whole, written, { flag: 'wx' });
      if (kind !== 'link') chmodSync(whole, kind === 'directory' ? mode | 0o700 : mode);
    } catch (error) {
      if (!/^E(?:EXIST|NOTDIR|ISDIR|NOENT)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}

/** Every path below and what it is, as nobody but the owner may write to it. */
export function told(path: string, below = ''): readonly string[] {
  return readdirSync(join(path, below))
    .sort()
    .flatMap((entry) => {
      const at = join(below, entry);
      const stats = lstatSync(join(path, at));
      const mode = (stats.mode & 0o7777 & ~0o022).toString(8);
      if (stats.isSymbolicLink()) return [`${at} -> ${readlinkSync(join(path, at))}`];
      if (stats.isDirectory()) return [`${at}/ ${mode}`, ...told(path, at)];
      return [`${at} ${mode} ${readFileSync(join(path, at), 'latin1')}`];
    });
}
