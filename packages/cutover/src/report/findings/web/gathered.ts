/** What a host said of its servers, by kind and subject; nothing of it is judged yet. */
export interface Gathered {
  /** The text of the only section of its kind; null where there is none. */
  text(kind: string): string | null;
  /** The sections of a kind by their subject, such as the path of a file. */
  all(kind: string): ReadonlyMap<string, string>;
}

/** Reads what `gather` printed; what stands before the first section is not of it. */
export function parseGathered(output: string): Gathered {
  const sections = new Map<string, Map<string, string>>();
  let lines: string[] = [];
  let current: { readonly own: Map<string, string>; readonly subject: string } | null = null;
  for (const line of output.split('\n')) {
    const [, kind, subject = ''] = /^=== (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (kind !== undefined) {
      lines = [];
      const own = sections.get(kind) ?? new Map<string, string>();
      sections.set(kind, own.set(subject, ''));
      current = { own, subject };
    } else if (current !== null && line.startsWith(' ')) {
      lines.push(line.slice(1));
      current.own.set(current.subject, lines.join('\n'));
    }
  }
  return {
    text: (kind) => sections.get(kind)?.get('') ?? null,
    all: (kind) => sections.get(kind) ?? new Map(),
  };
}
