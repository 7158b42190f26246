import type { Place } from './problem.ts';

/** The first line of what was thrown, without the place that is told beside it. */
export function messageOf(error: unknown, file = ''): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  return first
    .replace(/^ParseError: /, '')
    .replaceAll(`${file}:`, '')
    .trim()
    .replace(/\.$/, '');
}

/** The config's own line that is nearest to where it was thrown. */
export function placeOf(error: unknown, file: string, text: string): Place | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${file}:`);
  const match = at === -1 ? null : /^(\d+):(\d+)/.exec(stack.slice(at + file.length + 1));
  if (match === null) return null;
  const [line, column] = [Number(match[1]), Number(match[2])];
  return { file, line, column: column > (text.split('\n')[line - 1]?.length ?? 0) ? 1 : column };
}
