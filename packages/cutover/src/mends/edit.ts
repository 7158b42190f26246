import type { PhpArray, PhpEntry } from './php-array.ts';

/** A stretch of a text, and what is to stand there. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with all edits made; they do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const inOrder = edits.toSorted((a, b) => b.from - a.from);
  return inOrder.reduce((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.to), text);
}

/** Another value for an entry. */
export function withValue(entry: PhpEntry, code: string): Edit {
  return { from: entry.valueStart, to: entry.end, text: code };
}

/** Code that is put into an array: a value, or an array of them in order. */
export type Code = string | readonly (readonly [string, Code])[];

/** One more entry at the end of an array, in the array's own style: its indentation, its commas, its blank lines, its brackets. */
export function withEntry(text: string, array: PhpArray, [key, code]: readonly [string, Code]): Edit {
  const last = array.entries.at(-1);
  if (last === undefined) return { from: array.open, to: array.close, text: inline(text, [key, code]) };
  const first = array.entries[0] ?? last;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  if (!text.slice(array.open, first.start).includes('\n')) {
    return { from: last.end, to: last.end, text: `, ${inline(text, [key, code])}` };
  }
  const indent = indentOf(text, first.start);
  const isSpaced = array.entries.length > 1 && /\n[ \t]*\r?\n/.test(text.slice(first.end, array.entries[1]?.start));
  const written = `${isSpaced ? newline : ''}${newline}${spread(text, [key, code], { indent, newline })}`;
  const [behind = '', comma, comment = ''] =
    /^(\s*,)?([ \t]*(?:(?:\/\/|#)[^\r\n]*)?)/.exec(text.slice(last.end, array.close)) ?? [];
  const at = last.end + behind.length;
  if (comma !== undefined) return { from: at, to: at, text: `${written},` };
  return { from: last.end, to: at, text: `,${comment.trimEnd()}${written}` };
}

interface Style {
  readonly indent: string;
  readonly newline: string;
}

function spread(text: string, [key, code]: readonly [string, Code], { indent, newline }: Style): string {
  if (typeof code === 'string') return `${indent}'${key}' => ${code}`;
  const [open, close] = brackets(text);
  const deeper = `${indent}${indent.includes('\t') ? '\t' : '    '}`;
  const inner = code.map((entry) => `${spread(text, entry, { indent: deeper, newline })},`);
  return [`${indent}'${key}' => ${open}`, ...inner, `${indent}${close}`].join(newline);
}

function inline(text: string, [key, code]: readonly [string, Code]): string {
  if (typeof code === 'string') return `'${key}' => ${code}`;
  const [open, close] = brackets(text);
  return `'${key}' => ${open}${code.map((entry) => inline(text, entry)).join(', ')}${close}`;
}

/** As the file itself writes arrays. */
function brackets(text: string): readonly [string, string] {
  return /\breturn\s+array\s*\(/.test(text) ? ['array(', ')'] : ['[', ']'];
}

function indentOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
