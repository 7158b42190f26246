import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';

/** The repository's directory. */
export const root = join(import.meta.dirname, '../../../..');

/** A source file with its imports. */
export interface Source {
  /** Relative to `packages/cutover/src`, such as `plan/steps/fetch.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what stands in strings. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** What one import or re-export takes. */
export interface Import {
  /** Relative to `packages/cutover/src` for our own files, else the module's name. */
  readonly from: string;
  readonly own: boolean;
  readonly typesOnly: boolean;
  /** Names as they are exported there; `*` for all. */
  readonly names: readonly string[];
}

/** The sources of the package. */
export function packageSources(): readonly Source[] {
  const directory = join(root, 'packages/cutover/src');
  const paths = globSync('**/*.ts', { cwd: directory }).sort();
  return paths.map((path) => sourceOf(path, readFileSync(join(directory, path), 'utf8')));
}

/** A source from its text. `path` is relative to `packages/cutover/src`. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, code: codeOf(text), imports: importsOf(path, text) };
}

/** Files of the repository, relative to it, without what is installed or built. */
export function repositoryFiles(
  ...patterns: readonly string[]
): readonly { readonly path: string; readonly text: string }[] {
  const exclude = ['**/node_modules/**', '**/dist/**'];
  const entries = globSync(patterns, { cwd: root, exclude, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return paths.map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
}

const importForm =
  /^(?:import|export)\s+(type\s+)?([^;'"]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsOf(path: string, text: string): readonly Import[] {
  return [...text.matchAll(importForm)].map(([, type, clause = '', from, bare, dynamic]) => {
    const module = from ?? bare ?? dynamic ?? '';
    const own = module.startsWith('.');
    const names = namesOf(clause);
    return {
      from: own ? normalize(join(dirname(path), module)) : module,
      own,
      typesOnly: type !== undefined || (names.length > 0 && names.every(({ isType }) => isType)),
      names: names.length === 0 ? ['*'] : names.map(({ name }) => name),
    };
  });
}

function namesOf(clause: string): readonly { readonly name: string; readonly isType: boolean }[] {
  const inner = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  const pieces = inner.split(',').map((piece) => piece.trim());
  return pieces
    .filter((piece) => piece !== '')
    .map((piece) => ({
      name: piece.replace(/^type\s+/, '').replace(/\s+as\s.*/, ''),
      isType: piece.startsWith('type '),
    }));
}

const quiet = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** What stands in `${}` is code. */
function codeOf(text: string): string {
  return text.replaceAll(quiet, (piece) =>
    piece.startsWith('`') ? [...piece.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(' ; ') : "''",
  );
}
