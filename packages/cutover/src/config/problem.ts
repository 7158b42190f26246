/** Where something stands in a file; lines and columns begin with 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The keys and indexes that lead to a value of the config. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a config or with what was asked of it. */
export interface Problem {
  /** Empty when the whole config is meant. */
  readonly path: Path;
  readonly place: Place | null;
  /** A whole sentence. It never holds a secret's value. */
  readonly message: string;
  /** What to do about it, as a whole sentence. */
  readonly suggestion: string | null;
}

/** What came out, or everything that is wrong. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Notes a problem; its place is found later. */
export type Tell = (path: Path, message: string, suggestion?: string | null) => void;

/** A problem without a place. */
export function problem(path: Path, message: string, suggestion: string | null = null): Problem {
  return { path, place: null, message, suggestion };
}

/** What is wrong with a config as a whole, as the only thing that can be said. */
export function fault(message: string, suggestion: string | null = null, place: Place | null = null): Result<never> {
  return { ok: false, problems: [{ ...problem([], message, suggestion), place }] };
}

/** A path as people write it: `stages.production.hosts.web1.port`, `hooks["before activate"][0].roles`. */
export function pathText(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : keyText(key, i === 0))).join('');
}

/** A problem as one line, and its suggestion indented below it. */
export function problemText({ path, place, message, suggestion }: Problem): string {
  const where = [place === null ? null : `${place.file}:${place.line}:${place.column}`, pathText(path) || null];
  const head = [...where.filter((part) => part !== null), message].join('  ');
  return suggestion === null ? head : `${head}\n    ${suggestion}`;
}

function keyText(key: string, isFirst: boolean): string {
  if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
  return isFirst ? key : `.${key}`;
}
