import { runTool } from './process.ts';

/** What is checked beside the tests: a name and what gives its exit code. */
export const checks: readonly { readonly name: string; run(): Promise<number> }[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: checkLint },
  { name: 'format', run: checkFormat },
];

/** Type check of sources, tests, benches and tools. */
export function checkTypes(): Promise<number> {
  return runTool('tsc', ['-p', 'tsconfig.json']);
}

/** Lint by .oxlintrc.json; a warning fails as an error does. */
export function checkLint(): Promise<number> {
  return runTool('oxlint', ['--type-aware', '--deny-warnings', '--quiet']);
}

/** Whether every file is formatted and its imports are in order. */
export function checkFormat(): Promise<number> {
  return runTool('biome', ['check', '--error-on-warnings']);
}

/** Formats every file and puts its imports in order. */
export function writeFormat(): Promise<number> {
  return runTool('biome', ['check', '--write']);
}
