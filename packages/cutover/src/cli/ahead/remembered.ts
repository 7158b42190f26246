import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ByHost } from '../../model/host.ts';
import { isObject, jsonOf } from '../../model/json.ts';
import type { Settings } from '../../model/settings.ts';
import type { GitRevision } from '../../model/source.ts';
import { commandKey, digest, environmentKey, type Inputs } from './inputs.ts';

/** What a command did first the last time, and what that followed from. */
export interface Remembered {
  readonly edition: string;
  readonly environment: string;
  readonly config: { readonly file: string; readonly digest: string };
  /** How its hosts were reached; none where something else comes before that. */
  readonly hosts: Readonly<Record<string, Call>>;
  /** The trees that are believed to be on each host; none where nothing is known of them. */
  readonly trees: ByHost<readonly string[]>;
  /** The revision that it looked up on this machine; null where it looked up none. */
  readonly revision: GitRevision | null;
  /** What the config came to; null where that holds secrets or what may be one, or may be something else the next time. */
  readonly settings: Settings | null;
}

/** How one host was reached: arguments of ssh and what its runner was told first, with `{nonce}` where a new one belongs and `{input}` for the word that the latter makes. */
export interface Call {
  readonly args: readonly string[];
  readonly input: string;
}

/** A command that was not given for so long is forgotten. */
const keptMs = 30 * 24 * 3600 * 1000;

/** What this command did first the last time; null where anything is not as it was then. */
export function recall(inputs: Inputs, edition: string): Remembered | null {
  const found = read(fileOf(inputs));
  if (!isRemembered(found) || found.edition !== edition || found.environment !== environmentKey(inputs)) return null;
  return digestOf(found.config.file) === found.config.digest ? found : null;
}

/** Keeps it for the next time. What cannot be kept costs the next time a moment and nothing else. */
export function remember(inputs: Inputs, what: Omit<Remembered, 'environment'>): void {
  try {
    const directory = directoryFor(inputs);
    const temporary = join(directory, `${process.pid}.tmp`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ ...what, environment: environmentKey(inputs) } satisfies Remembered);
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, fileOf(inputs));
    forgetOld(directory);
  } catch {
    // The next call begins as the first did.
  }
}

function fileOf(inputs: Inputs): string {
  return join(directoryFor(inputs), `${commandKey(inputs)}.json`);
}

function directoryFor({ env }: Inputs): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'cutover', 'calls');
}

/** What stands there is handed to ssh, which runs what its options name: only a file that nobody else can have written is read. */
function read(file: string): unknown {
  let opened: number | null = null;
  try {
    opened = openSync(file, 'r');
    const { uid, mode } = fstatSync(opened);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? jsonOf(readFileSync(opened, 'utf8')) : null;
  } catch {
    return null;
  } finally {
    if (opened !== null) closeSync(opened);
  }
}

function isRemembered(found: unknown): found is Remembered {
  return (
    isObject(found) &&
    isObject(found.config) &&
    typeof found.config.file === 'string' &&
    isObject(found.hosts) &&
    Object.values(found.hosts).every(isCall) &&
    isObject(found.trees) &&
    Object.values(found.trees).every(isTexts) &&
    (found.revision === null || isRevision(found.revision)) &&
    (found.settings === null || isObject(found.settings))
  );
}

function isRevision(found: unknown): found is GitRevision {
  if (!isObject(found) || typeof found.repository !== 'string' || typeof found.ref !== 'string') return false;
  return found.subdirectory === null || typeof found.subdirectory === 'string';
}

function isCall(found: unknown): found is Call {
  if (!isObject(found) || typeof found.input !== 'string') return false;
  return isTexts(found.args);
}

function isTexts(found: unknown): boolean {
  return Array.isArray(found) && found.every((each) => typeof each === 'string');
}

function digestOf(file: string): string | null {
  try {
    return digest(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function forgetOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    if (Date.now() - statSync(file).mtimeMs > keptMs) rmSync(file, { force: true });
  }
}
