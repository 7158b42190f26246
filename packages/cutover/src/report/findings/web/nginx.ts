/** A directive of nginx's configuration, with what stands in its braces. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[];
}

/** The whole configuration as one tree, included files in their places. `files` by absolute path; what cannot be read is left out. */
export function parseNginx(files: ReadonlyMap<string, string>, main = '/etc/nginx/nginx.conf'): readonly Directive[] {
  return included(files, main, 0);
}

/** The files that `nginx -T` printed. */
export function filesTold(told: string): ReadonlyMap<string, string> {
  const parts = told.split(/^# configuration file (.+):$/m).slice(1);
  const files = new Map<string, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) files.set(parts[i] ?? '', parts[i + 1] ?? '');
  return files;
}

/** Deeper than this only a circle of includes goes. */
const deepest = 10;

function included(files: ReadonlyMap<string, string>, path: string, depth: number): readonly Directive[] {
  const text = files.get(path);
  if (text === undefined || depth > deepest) return [];
  const tokens = tokensOf(text);
  return block(tokens, (pattern) => {
    const whole = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
    const isWanted = globPattern(whole);
    return [...files.keys()]
      .filter((file) => isWanted.test(file))
      .sort()
      .flatMap((file) => included(files, file, depth + 1));
  });
}

type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: ';' | '{' | '}' };

/** Words may be quoted, and hold anything but white space, `;`, `{` and `}` otherwise, except in `${name}`. */
function tokensOf(text: string): Token[] {
  const found = text.matchAll(
    /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([;{}])|((?:\$\{\w+\}|\\.|[^\s;{}#"'])(?:\$\{\w+\}|\\.|[^\s;{}])*)/g,
  );
  return [...found].flatMap(([, double, single, sign, word]): Token[] => {
    if (sign === ';' || sign === '{' || sign === '}') return [{ kind: sign }];
    const written = double ?? single ?? word;
    return written === undefined ? [] : [{ kind: 'word', text: written }];
  });
}

function block(tokens: Token[], include: (pattern: string) => readonly Directive[]): readonly Directive[] {
  const directives: Directive[] = [];
  let words: string[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if (token.kind === 'word') words.push(token.text);
    else if (token.kind === '}') return directives;
    else {
      const [name = '', ...args] = words;
      words = [];
      const inner = token.kind === '{' ? block(tokens, include) : [];
      if (name === 'include' && token.kind === ';') directives.push(...include(args[0] ?? ''));
      else if (name !== '') directives.push({ name, args, block: inner });
    }
  }
  return directives;
}

function globPattern(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`);
}
