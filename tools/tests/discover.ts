import { globSync } from 'node:fs';
import { root } from '../root.ts';

const patterns = ['packages/*/test/**/*.test.ts', 'bench/**/*.test.ts', 'tools/**/*.test.ts'];

/** Where the tests that take long are. They begin first, so that no processor waits for one of them in the end. */
const longOnes = [
  '/integration/failures',
  '/integration/kills',
  '/integration/',
  '/remote/ssh',
  '/engine/conformance',
  '/caches/',
  '/remote/',
  '/engine/',
  '/web/',
  '/demo/',
  '/simulation/',
  '/plan/',
  '/purge/',
  '/processes/',
  '/cli/',
];

/** All test files, relative to the repository, or those whose path holds one of `words`. */
export function testFiles(words: readonly string[] = []): readonly string[] {
  const files = globSync(patterns, { cwd: root }).sort();
  const wanted = words.map((word) => word.replace(/^\.\//, ''));
  const chosen = wanted.length === 0 ? files : files.filter((file) => wanted.some((word) => file.includes(word)));
  return chosen.toSorted((a, b) => rank(a) - rank(b));
}

function rank(file: string): number {
  const at = longOnes.findIndex((part) => file.includes(part));
  return at === -1 ? longOnes.length : at;
}
