import type * as Yaml from 'yaml';
import { afterSpace, follow, placeAt, repeatedKey } from './literal.ts';
import type { Locate } from './loaded.ts';
import { type Path, type Place, type Problem, problem, type Result } from './problem.ts';

/** What a YAML or JSON file holds, and where in it things stand. */
export interface Parsed {
  readonly input: unknown;
  readonly locate: Locate;
}

/** Reads the text of a YAML or JSON file; `file` names it in places. */
export async function parseDocument(text: string, file: string): Promise<Result<Parsed>> {
  return file.endsWith('.json') ? parseJson(text, file) : parseYaml(text, file);
}

/**
 * YAML allows more than JSON does: a JSON file is read as JSON, so that every tool reads it alike. What reads YAML takes longer to load than most
 * commands have to do here.
 */
function parseJson(text: string, file: string): Result<Parsed> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return notJson(file, messageOf(error));
  }
  const start = afterSpace(text, 0);
  const repeated = repeatedKey(text, start);
  if (repeated !== null)
    return {
      ok: false,
      problems: [inFile('Keys must be unique: this one is there twice.', placeAt(text, file, repeated))],
    };
  return { ok: true, value: { input, locate: (path) => placeAt(text, file, follow(text, start, path)) } };
}

async function parseYaml(text: string, file: string): Promise<Result<Parsed>> {
  const yaml = await import('yaml');
  const counter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0)
    return { ok: false, problems: document.errors.map((error) => inFile(error.message, placeOf(error.pos[0]))) };
  const input = toValue(document, file);
  return input.ok
    ? { ok: true, value: { input: input.value, locate: (path) => find(yaml, document, path, placeOf) } }
    : input;
}

/** Of the parser's own words only the place is told: they quote the text, which may hold a secret. */
function notJson(file: string, said: string): Result<never> {
  const [, line = 1, column = 1] = /\(line (\d+) column (\d+)\)$/.exec(said) ?? [];
  const place = { file, line: Number(line), column: Number(column) };
  const advice =
    'JSON has double quotes, no comments and no comma after the last entry; or name the file cutover.config.yaml.';
  return { ok: false, problems: [{ ...inFile('From here on this is not JSON.', place), suggestion: advice }] };
}

/** Aliases that multiply without end are refused by the library. */
function toValue(document: Yaml.Document.Parsed, file: string): Result<unknown> {
  try {
    return { ok: true, value: document.toJS() };
  } catch (error) {
    return { ok: false, problems: [inFile(`${messageOf(error)}.`, { file, line: 1, column: 1 })] };
  }
}

function inFile(message: string, place: Place): Problem {
  return { ...problem([], message), place };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

/** Follows the path as far as it goes: to the key of a mapping's pair, or to the item of a list. */
function find(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  path: Path,
  placeOf: (offset: number) => Place,
): Place | null {
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const key of path) {
    const below = step(yaml, yaml.isAlias(node) ? node.resolve(document) : node, key);
    if (below === null) break;
    offset = offsetOf(below.at) ?? offset;
    node = below.value;
  }
  return offset === null ? null : placeOf(offset);
}

function step(
  yaml: typeof Yaml,
  node: unknown,
  key: string | number,
): { readonly at: unknown; readonly value: unknown } | null {
  if (yaml.isSeq(node)) {
    const item = typeof key === 'number' ? node.items[key] : undefined;
    return item === undefined ? null : { at: item, value: item };
  }
  if (!yaml.isMap(node)) return null;
  const pair = node.items.find((one) => yaml.isScalar(one.key) && String(one.key.value) === key);
  return pair === undefined ? null : { at: pair.key, value: pair.value };
}

function offsetOf(node: unknown): number | null {
  return (node as Yaml.Node | null)?.range?.[0] ?? null;
}
