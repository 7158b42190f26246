import { type FoundConfig, isDocument } from '../../config/find.ts';
import { passing } from './inputs.ts';

/**
 * Whether a config follows from its text and from the environment that the command is known by. A program that imports more than Cutover, that
 * waits for anything, or that asks for the time, for chance or for what this process is, may say something else the next time. Where that
 * is in doubt, it is taken for such a one.
 */
export function isClosed({ file, text }: FoundConfig): boolean {
  if (namesPassing(text)) return false;
  return isDocument(file) || !(importsMore(text) || asksForMore(text));
}

/** Whether a variable is put in that the command is not known by. */
function namesPassing(text: string): boolean {
  return [...text.matchAll(/\$\{(\w+)|\bprocess\.env(?:\.(\w+)|\[(['"])(\w+)\3\])/g)].some(([, put, read, , quoted]) =>
    passing.has(put ?? read ?? quoted ?? ''),
  );
}

function importsMore(text: string): boolean {
  return [...text.matchAll(/\b(?:from|import)\s*(['"])(.*?)\1/g)].some(([, , name]) => name !== 'cutover');
}

/** What can say something else the next time has to be called by one of these names. `process` is a key of configs as well. */
const more = [
  /\b(?:import|require|getBuiltinModule|fetch|eval)\s*\(/,
  /\bawait\b/,
  /\b(?:Date|Temporal|Intl|Function|random|crypto|performance|navigator|global|globalThis)\b/,
  /\bprocess\b(?!\s*:)(?!\.env(?:\.\w|\[(['"])\w+\1\]))/,
];

function asksForMore(text: string): boolean {
  return more.some((name) => name.test(text));
}
