import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isObject } from '../../model/json.ts';
import type { Listing } from '../../recipes/recognise.ts';

/** Directories in which nothing tells what an application is, and a great deal takes long to read. */
const unread = new Set(['.git', 'node_modules', 'vendor']);

/** What is in an application's directory, two levels deep. */
export function listing(directory: string): Listing {
  const files = entries(directory).flatMap((entry) =>
    entry.endsWith('/') && !unread.has(entry.slice(0, -1))
      ? [entry, ...entries(join(directory, entry)).map((below) => entry + below)]
      : [entry],
  );
  return {
    files,
    composer: parsed(join(directory, 'composer.json')),
    package: parsed(join(directory, 'package.json')),
  };
}

/** A name for the project that a config takes: that of its package, else that of the directory. */
export function projectName(directory: string, { composer, package: manifest }: Listing): string {
  const names = [nameIn(composer), nameIn(manifest), basename(directory)];
  const usable = names.map((name) => slug(name.split('/').at(-1) ?? '')).filter((name) => name !== '');
  return usable[0] ?? 'app';
}

/** Whether the directory is in a git repository that has a commit; null when there is none, or no git. */
export function gitState(directory: string): 'ready' | 'no-commit' | null {
  if (asksGit(directory, ['rev-parse', '--git-dir']) === null) return null;
  return asksGit(directory, ['rev-parse', '--verify', '--quiet', 'HEAD']) === null ? 'no-commit' : 'ready';
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    );
  } catch {
    return [];
  }
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function nameIn(manifest: unknown): string {
  const name = isObject(manifest) ? manifest.name : '';
  return typeof name === 'string' ? name : '';
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[-._]+$/g, '')
    .slice(0, 100);
}

function asksGit(directory: string, args: readonly string[]): string | null {
  try {
    return execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
