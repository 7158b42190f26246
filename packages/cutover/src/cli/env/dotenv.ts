/** The values of a file of `KEY=value` lines, by key. Quotes that go over several lines are understood; nothing is expanded. */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const found = text.replaceAll('\r\n', '\n').matchAll(entry);
  return new Map([...found].map(([, key = '', value = '']) => [key, valueOf(value)]));
}

/** A quoted value reaches to its closing quote, over lines too; any other to the end of its line. */
const entry =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*("(?:\\[\s\S]|[^"\\])*"|'[^']*'|`[^`]*`|[^\n]*)[^\n]*$/gm;

function valueOf(written: string): string {
  const [, , quoted] = /^(["'`])([\s\S]*)\1$/.exec(written) ?? [];
  return quoted ?? written.replace(/\s+#.*$/, '').trimEnd();
}

/** In which keys two such files differ, each list in the order of the alphabet. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What becomes of the keys when `before` (null where there is no file) gives way to `after`. */
export function keyChanges(before: string | null, after: string): KeyChanges {
  const old = parseDotenv(before ?? '');
  const fresh = parseDotenv(after);
  return {
    added: [...fresh.keys()].filter((key) => !old.has(key)).sort(),
    changed: [...fresh.keys()].filter((key) => old.has(key) && old.get(key) !== fresh.get(key)).sort(),
    removed: [...old.keys()].filter((key) => !fresh.has(key)).sort(),
  };
}
