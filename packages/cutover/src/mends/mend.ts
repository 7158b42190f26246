import type { Isolation } from '../model/settings.ts';

/** What an application's caches are to become. */
export interface MendWish {
  readonly project: string;
  readonly isolation: Isolation;
  /** Variables that the application has on its hosts, as far as they are known here. */
  readonly variables: ReadonlyMap<string, string>;
}

/** The files of the working copy that can be mended, by their path in the application; null where there is none. */
export type Files = Readonly<Record<string, string | null>>;

/** A file that would be another one. */
export interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What was not recognised, and so is left to a person: a sentence that says what to write. */
export interface Left {
  readonly file: string;
  readonly advice: string;
}

/** What mending a file came to. */
export interface Mended {
  readonly after: string;
  readonly left: readonly string[];
}

/** Nothing was recognised. */
export function untouched(text: string, ...left: readonly string[]): Mended {
  return { after: text, left };
}

/** What stands before the keys of a release: PHP that names project and release. */
export function prefixCode({ project }: MendWish): string {
  return `'${project}:'.basename(base_path()).':'`;
}

/** Whether a value of PHP is different in each release. */
export function isOfRelease(code: string): boolean {
  return /\bbase_path\(/.test(code);
}
