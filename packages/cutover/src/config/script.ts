import { afterToken, follow, placeAt } from './literal.ts';
import type { Locate } from './loaded.ts';

/**
 * Finds places in a TypeScript or JavaScript config by following object and list literals from `defineConfig(` or
 * `export default`. Where the config is not written as literals it knows the nearest ancestor only, or nothing.
 */
export function scriptLocator(text: string, file: string): Locate {
  return (path) => {
    const start = startOf(text);
    return start === null ? null : placeAt(text, file, follow(text, start, path));
  };
}

function startOf(text: string): number | null {
  let found: number | null = null;
  for (let at = 0; at < text.length && found === null; at = afterToken(text, at)) {
    const match = /^(?:export\s+default|defineConfig\s*\(|module\.exports\s*=)\s*/.exec(text.slice(at, at + 200));
    const isWhole = match !== null && !/[\w$.]/.test(text[at - 1] ?? ' ');
    if (isWhole && text[at + match[0].length] === '{') found = at + match[0].length;
  }
  return found;
}
