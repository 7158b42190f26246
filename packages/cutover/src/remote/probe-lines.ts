/** What the probe's script printed: values by what they are, in order, and the files that it showed. */
export interface Printed {
  all(what: string): readonly string[];
  /** Those that are any of these, in order. */
  each(...whats: readonly string[]): readonly { readonly what: string; readonly value: string }[];
  first(what: string): string | null;
  /** The content of a file, without the newline at its end; null when it was not shown. */
  file(path: string): string | null;
  /** Whether a file was there and was put away before it could be shown: by whom runs on the host. */
  isGone(path: string): boolean;
}

/** Reads the lines that are the probe's own and passes over all others: a login shell may have said something too. */
export function readLines(output: string): Printed {
  const values: { what: string; value: string }[] = [];
  const files = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, what, value] = /^!([a-z-]+) (.*)$/s.exec(line) ?? [];
    const [, path, content] = /^(\.cutover\/[A-Za-z0-9._/+-]+):(.*)$/s.exec(line) ?? [];
    const last = values.at(-1);
    if (what !== undefined && value !== undefined) values.push({ what, value });
    else if (line.startsWith('!+') && last) last.value += `\n${line.slice(2)}`;
    else if (path !== undefined && content !== undefined) files.set(path, joined(files.get(path), content));
  }
  const all = (what: string) => values.filter((one) => one.what === what).map(({ value }) => value);
  const gone = new Set(all('gone'));
  return {
    all,
    each: (...whats) => values.filter(({ what }) => whats.includes(what)),
    first: (what) => all(what)[0] ?? null,
    file: (path) => files.get(path) ?? null,
    isGone: (path) => gone.has(path) && !files.has(path),
  };
}

function joined(before: string | undefined, line: string): string {
  return before === undefined ? line : `${before}\n${line}`;
}
