import { globSync } from 'node:fs';
import { root } from '../root.ts';

const patterns = ['packages/*/test/**/*.test.ts', 'bench/**/*.test.ts', 'tools/**/*.test.ts'];

/** All test files, relative to the repository, or those whose path holds one of `words`. */
export function testFiles(words: readonly string[] = []): readonly string[] {
  const files = globSync(patterns, { cwd: root }).sort();
  const wanted = words.map((word) => word.replace(/^\.\//, ''));
  return wanted.length === 0 ? files : files.filter((file) => wanted.some((word) => file.includes(word)));
}
