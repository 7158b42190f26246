import { readFileSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fault, type Result } from './problem.ts';
import { listed, quoted } from './suggest.ts';
import { messageOf } from './thrown.ts';

/** The names that a config file may have. */
export const configNames = ['ts', 'mjs', 'json', 'yaml'].map((ending) => `cutover.config.${ending}`);

/** Which config file is wanted. */
export interface FindWish {
  /** Absolute: where the search begins, upwards to the root of the repository or of the file system. */
  readonly directory: string;
  /** The file itself, relative to the directory; null searches. */
  readonly file: string | null;
}

/** A config file that was neither run nor parsed. */
export interface FoundConfig {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
}

/** Finds the config that is meant. */
export function findConfig(wish: FindWish): Result<FoundConfig> {
  const found = wish.file === null ? search(wish.directory) : named(resolve(wish.directory, wish.file));
  return found.ok ? readText(found.value) : found;
}

/** Whether a config is data; else it is a program. */
export function isDocument(file: string): boolean {
  return /\.(?:json|ya?ml)$/.test(file);
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

function readText(file: string): Result<FoundConfig> {
  try {
    return { ok: true, value: { file, text: readFileSync(file, 'utf8') } };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fault(`There is no config ${quoted(file)}.`);
    return fault(`The config ${quoted(file)} cannot be read: ${messageOf(error)}.`);
  }
}

function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
