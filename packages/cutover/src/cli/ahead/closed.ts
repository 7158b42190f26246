import { type FoundConfig, isDocument } from '../../config/find.ts';
import { passing } from './inputs.ts';

/**
 * Whether a config follows from its text and the environment, as far as that can be told at a glance: a program that imports more than Cutover, or that
 * loads or waits for anything, does not. For what is compared before it is used.
 */
export function isClosed({ file, text }: FoundConfig): boolean {
  if (isDocument(file)) return true;
  const imported = [...text.matchAll(/\b(?:from|import)\s*(['"])(.*?)\1/g)].map(([, , name]) => name);
  return (
    imported.every((name) => name === 'cutover') && !/\b(?:import|require|getBuiltinModule)\s*\(|\bawait\b/.test(text)
  );
}

/**
 * Whether it comes to the same as long as its text and the environment are the same which the command is known by. Where a program asks for the time, for chance,
 * for what this process is or for what a shell changes, or where it prints anything, it may not; what only looks like that counts as well.
 */
export function isConstant(config: FoundConfig): boolean {
  const { file, text } = config;
  return isClosed(config) && !namesPassing(text) && (isDocument(file) || !changing.some((word) => word.test(text)));
}

/** Whether a variable is put in that the command is not known by. */
function namesPassing(text: string): boolean {
  return [...text.matchAll(/\$\{(\w+)|\bprocess\.env(?:\.(\w+)|\[(['"])(\w+)\3\])/g)].some(([, put, read, , quoted]) =>
    passing.has(put ?? read ?? quoted ?? ''),
  );
}

/** What can change from one call to the next has one of these names. `process` is a key of configs as well, and `console` a program of Symfony's. */
const changing = [
  /\b(?:Date|Temporal|Intl|Function|random|crypto|performance|navigator)\b/,
  /\bconsole\s*\./,
  /\b(?:fetch|eval)\s*\(/,
  /\bprocess\b(?!\s*:)(?!\.env(?:\.\w|\[(['"])\w+\1\]))/,
];
