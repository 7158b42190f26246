import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must } from './run.ts';

/** A git work tree whose branch `main` follows the bare repository `origin`. */
export interface Repository {
  readonly workTree: string;
  /** Path of the bare repository. */
  readonly origin: string;
  /** Commits and pushes the next small change; gives its number, which the file `public/change.txt` holds from then on. */
  change(): Promise<number>;
}

const lineCount = 82;

/** How much there is, and how much of it each change touches. */
export interface Size {
  readonly files: number;
  readonly changed: number;
}

/** Makes a repository of so many files of 6.6 kB of text, always the same. */
export async function makeRepository(directory: string, env: NodeJS.ProcessEnv, size: Size): Promise<Repository> {
  const fileCount = size.files - 1;
  const workTree = join(directory, 'work');
  const origin = join(directory, 'origin.git');
  const git = (...args: string[]) => must({ argv: ['git', ...args], cwd: workTree, env });
  await mkdir(workTree);
  await git('init', '--quiet', '--bare', '--initial-branch=main', origin);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', origin);
  for (let i = 0; i < fileCount; i += 1) await put(workTree, pathOf(i), textOf(i));
  let number = 0;
  const commit = async () => {
    await put(workTree, 'public/change.txt', `${number}\n`);
    await git('add', '--all');
    await git('commit', '--quiet', `--message=Change ${number}`);
    await git('push', '--quiet', '--set-upstream', 'origin', 'main');
    return number;
  };
  await commit();
  const change = async () => {
    number += 1;
    for (let i = 0; i < size.changed; i += 1) await edit(workTree, (number * 7 + i * 31) % fileCount, number);
    return await commit();
  };
  return { workTree, origin, change };
}

async function put(workTree: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(workTree, path)), { recursive: true });
  await writeFile(join(workTree, path), text);
}

async function edit(workTree: string, index: number, number: number): Promise<void> {
  const path = join(workTree, pathOf(index));
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/^.*$/m, `// Changed for the ${number}th time.`));
}

function pathOf(index: number): string {
  return `src/module${String(index % 20).padStart(2, '0')}/part${String(index % 500).padStart(3, '0')}/file${String(index).padStart(3, '0')}.php`;
}

function textOf(index: number): string {
  const next = numbersFrom(index + 1);
  return Array.from({ length: lineCount }, () => lineOf(next)).join('');
}

function lineOf(next: () => number): string {
  return `$value[${next() % 1000}] = handle('${next().toString(36)}', '${next().toString(36)}', [${next()}, ${next()}]); // ${next().toString(36)}\n`;
}

/** A small generator of numbers that always gives the same ones (Numerical Recipes' constants). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}
