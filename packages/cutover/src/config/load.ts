import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig } from './define.ts';
import { parseDocument } from './document.ts';
import { type FindWish, type FoundConfig, findConfig, isDocument } from './find.ts';
import type { Environment } from './interpolate.ts';
import type { LoadedConfig } from './loaded.ts';
import { fault, type Result } from './problem.ts';
import { scriptLocator } from './script.ts';
import { messageOf, placeOf } from './thrown.ts';

/** Which config file is wanted. */
export interface LoadWish extends FindWish {
  /** For `XDG_CACHE_HOME` and `HOME`: compiled configs are kept there, in a directory for the user's eyes alone. */
  readonly env: Environment;
}

/** Finds and reads a config. A TypeScript or JavaScript config is run. */
export async function loadConfig(wish: LoadWish): Promise<Result<LoadedConfig>> {
  const found = findConfig(wish);
  return found.ok ? readConfig(found.value, wish.env) : found;
}

/** Reads a config that was found. */
export async function readConfig({ file, text }: FoundConfig, env: Environment): Promise<Result<LoadedConfig>> {
  return isDocument(file) ? loadDocument(file, text) : loadScript(file, text, env);
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
