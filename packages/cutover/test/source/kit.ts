import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Source } from '../../src/model/source.ts';
import { isSourceProblem, type SourceProblem } from '../../src/source/problem.ts';
import { identifyRevision } from '../../src/source/resolve.ts';
import type { ResolvedSource, ResolveOptions } from '../../src/source/resolved.ts';

/** A signal that is never aborted. */
export const { signal: noSignal } = new AbortController();

/** A test, or a suite, at whose end something is to be put away. */
export interface Lifetime {
  after(end: () => unknown): void;
}

/** A temporary directory that the test removes. */
export function workspace(t: Lifetime): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'cutover-test-')));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
}

/** Runs the real git with an identity and without anybody's config. */
export function git(directory: string, args: readonly string[], input?: string): string {
  return output(directory, ['git', ...args], input);
}

/** Runs a command in the world of our git. */
function output(directory: string, [command, ...args]: readonly [string, ...string[]], input?: string): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    // It would start a process after each commit, to find that there is nothing to do.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'maintenance.auto',
    GIT_CONFIG_VALUE_0: 'false',
    GIT_AUTHOR_NAME: 'Ana Lima',
    GIT_AUTHOR_EMAIL: 'ana@example.org',
    GIT_AUTHOR_DATE: '2026-03-22T15:31:09Z',
    GIT_COMMITTER_NAME: 'Ana Lima',
    GIT_COMMITTER_EMAIL: 'ana@example.org',
    GIT_COMMITTER_DATE: '2026-03-22T16:31:09+01:00',
  };
  return execFileSync(command, args, {
    cwd: directory,
    env,
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  }).toString();
}

/** A repository with one commit of these files on `main`. */
export function repository(directory: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(directory, { recursive: true });
  git(directory, ['init', '-q', '-b', 'main']);
  write(directory, files);
  commit(directory, 'First');
  return directory;
}

export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

/** Commits everything and answers the commit's id. What this process starts by itself costs more than what a shell does. */
export function commit(directory: string, message: string): string {
  const script = 'git add -A && git commit -q --allow-empty -m "$1" && git rev-parse HEAD';
  return output(directory, ['sh', '-c', script, 'sh', message]).trim();
}

/** Every path below a directory and what it is: modes, contents and link targets; directories by their contents alone. */
export function snapshot(directory: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(directory, below), { encoding: 'buffer' }).map(String).sort()) {
    const path = join(below, name);
    const stats = lstatSync(join(directory, path));
    if (stats.isDirectory()) Object.assign(found, snapshot(directory, path));
    else if (stats.isSymbolicLink()) found[path] = `-> ${readlinkSync(join(directory, path))}`;
    else found[path] = `${(stats.mode & 0o111).toString(8)} ${readFileSync(join(directory, path), 'latin1')}`;
  }
  return found;
}

/** The answer, when it is not a problem. */
export function answered<T>(answer: T | SourceProblem): T {
  if (isSourceProblem(answer)) throw new Error(`${answer.problem}: ${answer.message}`);
  return answer;
}

/** The problem, when there is one. */
export function problemOf(answer: unknown): SourceProblem {
  if (!isSourceProblem(answer)) throw new Error(`No problem, but ${JSON.stringify(answer)}`);
  return answer;
}

/** What a ref stands for, when it is known that it can be deployed. */
export async function resolveRevision(
  source: Source,
  options: ResolveOptions,
): Promise<ResolvedSource | SourceProblem> {
  const identified = await identifyRevision(source, options);
  if (isSourceProblem(identified)) return identified;
  const { vetting, ...resolved } = identified;
  const found = await vetting;
  return isSourceProblem(found) ? found : { ...resolved, ...found };
}
