import { chmodSync, lstatSync, mkdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { defineConfig } from './define.ts';
import { parseDocument } from './document.ts';
import type { Environment } from './interpolate.ts';
import type { LoadedConfig } from './loaded.ts';
import { type Place, problem, type Result } from './problem.ts';
import { scriptLocator } from './script.ts';
import { listed, quoted } from './suggest.ts';

/** The names that a config file may have. */
export const configNames = ['ts', 'mjs', 'json', 'yaml'].map((ending) => `cutover.config.${ending}`);

/** Which config file is wanted. */
export interface LoadWish {
  /** Absolute: where the search begins, upwards to the root of the repository or of the file system. */
  readonly directory: string;
  /** The file itself, relative to the directory; null searches. */
  readonly file: string | null;
  /** For `XDG_CACHE_HOME` and `HOME`: compiled configs are kept there, in a directory for the user's eyes alone. */
  readonly env: Environment;
}

/** Finds and reads a config. A TypeScript or JavaScript config is run. */
export async function loadConfig(wish: LoadWish): Promise<Result<LoadedConfig>> {
  const found = wish.file === null ? search(wish.directory) : named(resolve(wish.directory, wish.file));
  if (!found.ok) return found;
  const file = found.value;
  const text = readText(file);
  if (!text.ok) return text;
  return /\.(?:json|ya?ml)$/.test(file) ? loadDocument(file, text.value) : loadScript(file, text.value, wish.env);
}

function named(file: string): Result<string> {
  if (/\.(?:ts|mts|mjs|js|json|ya?ml)$/.test(file)) return { ok: true, value: file };
  return fault(`${quoted(file)} is not a config: its name must end with ".ts", ".mjs", ".json" or ".yaml".`);
}

function search(directory: string): Result<string> {
  const start = resolve(directory);
  for (let at = start; ; at = dirname(at)) {
    const found = configNames.map((name) => join(at, name)).filter((file) => statOf(file)?.isFile());
    if (found.length > 1)
      return fault(
        `There are several configs in ${quoted(at)}: ${listed(found.map((file) => basename(file)))}.`,
        'Keep one of them, or name one with --config.',
      );
    if (found[0] !== undefined) return trusted(found[0], start);
    if (statOf(join(at, '.git')) !== null || dirname(at) === at) break;
  }
  return fault(
    `There is no Cutover config in ${quoted(start)} or above it.`,
    'Write one with "cutover init", or name one with --config.',
  );
}

/** A config is a program: one that another user put above this directory, such as in /tmp, is not run unasked. */
function trusted(file: string, start: string): Result<string> {
  const owners = [process.getuid?.(), 0, statOf(start)?.uid];
  if (process.getuid === undefined || dirname(file) === start || owners.includes(statOf(file)?.uid))
    return { ok: true, value: file };
  return fault(`${quoted(file)} belongs to another user.`, `If you trust it, name it: --config ${file}`);
}

function readText(file: string): Result<string> {
  try {
    return { ok: true, value: readFileSync(file, 'utf8') };
  } catch (error) {
    return fault(`The config ${quoted(file)} cannot be read: ${messageOf(error)}.`);
  }
}

async function loadDocument(file: string, text: string): Promise<Result<LoadedConfig>> {
  const parsed = await parseDocument(text, file);
  return parsed.ok ? { ok: true, value: { file, directory: dirname(file), text, ...parsed.value } } : parsed;
}

async function loadScript(file: string, text: string, env: Environment): Promise<Result<LoadedConfig>> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    fsCache: cacheDirectory(env) ?? false,
    moduleCache: false,
    interopDefault: false,
    tryNative: false,
    virtualModules: { cutover: { defineConfig } },
  });
  try {
    const module = await jiti.import<{ readonly default?: unknown }>(file);
    const input = await module.default;
    if (input === undefined)
      return fault('The config has no default export.', 'Write "export default defineConfig({ … })".', {
        file,
        line: 1,
        column: 1,
      });
    return { ok: true, value: { file, directory: dirname(file), text, input, locate: scriptLocator(text, file) } };
  } catch (error) {
    return fault(`The config could not be run: ${messageOf(error, file)}.`, null, placeOf(error, file, text));
  }
}

/** Null when it cannot be made sure that nobody else can put programs there. */
function cacheDirectory(env: Environment): string | null {
  const base = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, '.cache') : '');
  if (!base.startsWith('/')) return null;
  const directory = join(base, 'cutover', 'config');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(directory);
    if (process.getuid !== undefined && uid !== process.getuid()) return null;
    if ((mode & 0o077) !== 0) chmodSync(directory, 0o700);
    return directory;
  } catch {
    return null;
  }
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/** The first line of what was thrown, without the place that is told beside it. */
function messageOf(error: unknown, file = ''): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  return first
    .replace(/^ParseError: /, '')
    .replaceAll(`${file}:`, '')
    .trim()
    .replace(/\.$/, '');
}

/** The config's own line that is nearest to where it was thrown. */
function placeOf(error: unknown, file: string, text: string): Place | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${file}:`);
  const match = at === -1 ? null : /^(\d+):(\d+)/.exec(stack.slice(at + file.length + 1));
  if (match === null) return null;
  const [line, column] = [Number(match[1]), Number(match[2])];
  return { file, line, column: column > (text.split('\n')[line - 1]?.length ?? 0) ? 1 : column };
}

function fault(message: string, suggestion: string | null = null, place: Place | null = null): Result<never> {
  return { ok: false, problems: [{ ...problem([], message, suggestion), place }] };
}
