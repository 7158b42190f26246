import type { Source } from './sources.ts';

const maxLines = 250;

/** Files or folders whose exports no other source need import, because somebody else comes in there. */
const entries = [
  // The user of the library.
  'index.ts',
  // The bin.
  'cli/main.ts',
  // The fault tests, which need hosts that fail on demand.
  'remote/memory',
];

/** Sources that are longer than a person reads at once. */
export function tooLong(sources: readonly Source[]): readonly string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${maxLines} is the most.`);
}

const exportForm = /^export (?:declare )?(?:abstract )?(?:async )?(function\*?|class|const|let|interface|type) (\w+)/gm;

/** Exports without a sentence above them. */
export function undocumented(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) =>
    exportsOf(text)
      .filter(({ index }) => !text.slice(0, index).endsWith('*/\n'))
      .map(({ name }) => `${path} exports ${name} without a sentence that says what it is.`),
  );
}

/** Who imports sources from outside, with the imports named as the sources name them. */
export interface Users {
  readonly tools: readonly Source[];
  readonly tests: readonly Source[];
}

/**
 * Exports that nobody needs. Needed is what another source or a tool of `./dev` imports; a type that its own file uses (it is part of what the
 * file offers); and a function or constant that its own file uses and a test imports. A test alone keeps nothing alive.
 */
export function unneeded(sources: readonly Source[], { tools, tests }: Users): readonly string[] {
  const bySources = importedNames([...sources, ...tools]);
  const byTests = importedNames(tests);
  return sources
    .filter(({ path }) => !entries.some((entry) => path === entry || path.startsWith(`${entry}/`)))
    .flatMap(({ path, text, code }) =>
      exportsOf(text)
        .filter(({ name }) => !bySources.has(`${path} ${name}`) && !bySources.has(`${path} *`))
        .filter(({ name, isType }) => !(isUsedInside(code, name) && (isType || byTests.has(`${path} ${name}`))))
        .map(({ name }) => `${path} exports ${name}, which no other source imports.`),
    );
}

function exportsOf(text: string) {
  const found = [...text.matchAll(exportForm)];
  return found.map(({ index, 1: kind, 2: name = '' }) => ({
    index,
    name,
    isType: kind === 'interface' || kind === 'type',
  }));
}

function importedNames(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(
    sources.flatMap(({ imports }) => imports.flatMap(({ from, names }) => names.map((name) => `${from} ${name}`))),
  );
}

function isUsedInside(code: string, name: string): boolean {
  return [...code.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;
}

/** Imports that run in a circle, types apart: each circle once, as its path. */
export function circles(sources: readonly Source[]): readonly string[] {
  const below = new Map(
    sources.map(({ path, imports }) => [path, imports.filter(({ typesOnly }) => !typesOnly).map(({ from }) => from)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`${[...trail.slice(at), path].join(' → ')} is a circle of imports.`);
    if (at >= 0 || done.has(path)) return;
    for (const next of below.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of below.keys()) visit(path, []);
  return found;
}
