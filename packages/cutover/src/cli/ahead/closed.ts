import { isDeepStrictEqual } from 'node:util';
import { type FoundConfig, isDocument } from '../../config/find.ts';
import { interpolate } from '../../config/interpolate.ts';

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
 * Whether it comes to the same as long as its text is the same, and holds nothing of the environment, where secrets are. Where a program asks for that, for the time, for
 * chance or for what this process is, or where it prints anything, it may not; what only looks like that counts as well.
 */
export function isConstant(config: FoundConfig, input: unknown): boolean {
  const { file, text } = config;
  const isProgram = !isDocument(file);
  return isClosed(config) && !(isProgram && changing.some((word) => word.test(text))) && namesNoVariable(input);
}

function namesNoVariable(input: unknown): boolean {
  const { value, problems } = interpolate(input, {});
  return problems.length === 0 && isDeepStrictEqual(value, input);
}

/** What can change from one call to the next has one of these names. `process` is a key of configs as well, and `console` a program of Symfony's. */
const changing = [
  /\b(?:Date|Temporal|Intl|Function|random|crypto|performance|navigator)\b/,
  /\bconsole\s*\./,
  /\b(?:fetch|eval)\s*\(/,
  /\bprocess\b(?!\s*:)/,
];
