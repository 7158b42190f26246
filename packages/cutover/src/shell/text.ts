/**
 * Shell text that is safe to run. Only this room makes it: a plain string cannot stand where a `Shell` is wanted,
 * so a value that was not quoted cannot reach a host.
 */
export class Shell {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Only `sh`, `lines` and `ownText` below call this. */
  static of(text: string): Shell {
    return new Shell(text);
  }

  toString(): string {
    return this.#text;
  }
}

type Value = Shell | string | number | readonly string[];

/** Shell text with every value quoted as one word; an array becomes one word each; `Shell` values go in as they are. */
export function sh(parts: TemplateStringsArray, ...values: readonly Value[]): Shell {
  return joined(piecesOf(parts), values);
}

/** The same without any indentation, for text of which every byte counts. No quoted word of the template may go over several lines. */
export function tight(parts: TemplateStringsArray, ...values: readonly Value[]): Shell {
  return joined(
    piecesOf(parts).map((piece) => piece.replaceAll(/\n +/g, '\n')),
    values,
  );
}

function joined(pieces: readonly string[], values: readonly Value[]): Shell {
  let text = pieces[0] ?? '';
  for (const [i, value] of values.entries()) text += written(value) + (pieces[i + 1] ?? '');
  return Shell.of(text);
}

/** What a template is made of, by the template: each is read once, however many plans it goes into. */
const known = new WeakMap<TemplateStringsArray, readonly string[]>();

function piecesOf(parts: TemplateStringsArray): readonly string[] {
  const before = known.get(parts);
  if (before) return before;
  const pieces = dedent(parts.raw.map(asShell));
  known.set(parts, pieces);
  return pieces;
}

/** Several pieces, one below the other. */
export function lines(...pieces: readonly (Shell | null)[]): Shell {
  let text: string | null = null;
  for (const piece of pieces) {
    if (piece !== null) text = text === null ? String(piece) : `${text}\n${String(piece)}`;
  }
  return Shell.of(text ?? '');
}

/** The user's own shell text (a hook, a command), exactly as written. It is never joined to text of ours unquoted. */
export function ownText(text: string): Shell {
  return Shell.of(text);
}

/** One word of POSIX shell that stands for exactly this string. */
export function quote(value: string): string {
  if (value.includes('\0')) throw new TypeError('A shell word cannot hold a NUL byte.');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Backslashes are the shell's own, except where the template itself needed one: before `${` and a backtick. */
function asShell(part: string): string {
  return part.replaceAll('\\${', '${').replaceAll('\\`', '`');
}

function written(value: Value): string {
  if (value instanceof Shell) return value.toString();
  if (typeof value === 'object') return value.map(quote).join(' ');
  return quote(String(value));
}

/** Takes the first line's indentation off every line of the template, so that plans read well; values are not touched. */
function dedent(pieces: readonly string[]): readonly string[] {
  const indent = /^\n( *)/.exec(pieces[0] ?? '')?.[1];
  if (indent === undefined) return pieces;
  const flush = pieces.map((piece) => piece.replaceAll(`\n${indent}`, '\n'));
  return flush.map((piece, i) => {
    const begun = i === 0 ? piece.slice(1) : piece;
    return i === flush.length - 1 ? begun.trimEnd() : begun;
  });
}
