import { git, gitFailed, type Repository } from './git.ts';
import { isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';

/** What is to be deployed of a commit. */
export interface Part {
  readonly commit: string;
  readonly tree: string;
  /** Where in the commit the tree is; empty is all of it. */
  readonly path: string;
}

/** Why a tree cannot be deployed as git has it: no files, submodules, or files that Git LFS keeps elsewhere. Null when it can. */
export async function contentProblem(at: Repository, part: Part): Promise<SourceProblem | null> {
  const [listed, large] = await Promise.all([listProblem(at, part), lfsProblem(at, part)]);
  return listed ?? large;
}

const buildOne = 'Check them out where you build, and deploy the result with an artifact source.';

/** Directories alone, which submodules are listed with: all files would be ten times as much. */
async function listProblem(at: Repository, part: Part): Promise<SourceProblem | null> {
  const listed = await listOf(at, ['ls-tree', '-r', '-d', '-z', '--full-tree', part.tree]);
  if (isSourceProblem(listed)) return listed;
  const entries = entriesIn(listed);
  const mayBeHollow = [part.tree, ...entries.map(({ object }) => object)].some((tree) => emptyTrees.includes(tree));
  return (mayBeHollow ? await hollowProblem(at, part) : null) ?? submoduleProblem(entries);
}

async function hollowProblem(at: Repository, part: Part): Promise<SourceProblem | null> {
  const listed = await listOf(at, ['ls-tree', '-r', '-z', '--full-tree', part.tree]);
  if (isSourceProblem(listed)) return listed;
  return listed.length === 0 ? noFiles(part) : null;
}

/** The tree that holds nothing, by SHA-1 and by SHA-256: somewhere in every tree that holds no files, and hardly ever in another one. */
const emptyTrees = [
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
];

const submodule = '160000';

function noFiles({ commit, path }: Part): SourceProblem {
  const id = commit.slice(0, 10);
  const what = path === '' ? `The commit ${id}` : `${JSON.stringify(path)} of the commit ${id}`;
  return sourceProblem('no-files', `${what} holds no files. Commit what is to be deployed, or name another ref.`);
}

function submoduleProblem(entries: readonly Entry[]): SourceProblem | null {
  const paths = entries.filter(({ mode }) => mode === submodule).map(({ path }) => path);
  if (paths.length === 0) return null;
  return sourceProblem(
    'submodules',
    `The revision has git submodules (${some(paths)}), whose files are not in this repository. ${buildOne}`,
  );
}

/** Only where some `.gitattributes` of the commit asks for LFS; then by the files themselves, which may be real ones all the same. */
async function lfsProblem(at: Repository, { commit, tree }: Part): Promise<SourceProblem | null> {
  const asked = await asksForLfs(at, commit);
  if (isSourceProblem(asked)) return asked;
  if (!asked.answer) return null;
  const listed = await listOf(at, ['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
  if (isSourceProblem(listed)) return listed;
  const small = entriesIn(listed).filter(({ size }) => size !== null && size < longestPointer);
  const pointers = await pointersAmong(at, small);
  if (isSourceProblem(pointers)) return pointers;
  if (pointers.length === 0) return null;
  return sourceProblem(
    'lfs',
    `The revision has files that Git LFS keeps elsewhere (${some(pointers)}); here are only pointers to them. ${buildOne}`,
  );
}

/** By the LFS specification a pointer has fewer bytes than this. */
const longestPointer = 1024;

async function asksForLfs(at: Repository, commit: string): Promise<{ answer: boolean } | SourceProblem> {
  const where = ['--no-literal-pathspecs', 'grep', '-q', '-F', '--no-recurse-submodules', '-e', 'filter=lfs'];
  const answer = await git({ ...at, args: [...where, commit, '--', ':(top,glob)**/.gitattributes'] });
  if (isSourceProblem(answer)) return answer;
  return answer.code > 1 ? gitFailed('search the attributes', answer) : { answer: answer.code === 0 };
}

async function pointersAmong(at: Repository, entries: readonly Entry[]): Promise<readonly string[] | SourceProblem> {
  const input = entries.map(({ object }) => `${object}\n`).join('');
  const answer = await git({ ...at, args: ['cat-file', '--batch'], input });
  if (isSourceProblem(answer)) return answer;
  let offset = 0;
  return entries
    .filter(({ object, size }) => {
      const begin = offset + `${object} blob ${size}\n`.length;
      offset = begin + (size ?? 0) + 1;
      return answer.stdout.subarray(begin, offset).toString().startsWith('version https://git-lfs.github.com/spec/');
    })
    .map(({ path }) => path);
}

interface Entry {
  readonly mode: string;
  readonly object: string;
  readonly size: number | null;
  readonly path: string;
}

async function listOf(at: Repository, args: readonly string[]): Promise<Buffer | SourceProblem> {
  const answer = await git({ ...at, args });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? answer.stdout : gitFailed('list the files of the revision', answer);
}

function entriesIn(listed: Buffer): readonly Entry[] {
  return listed.toString().split('\0').filter(Boolean).map(entryOf);
}

function entryOf(line: string): Entry {
  const [, mode = '', object = '', size, path = ''] = /^(\d+) \w+ ([0-9a-f]+)(?: +(\d+|-))?\t(.*)$/s.exec(line) ?? [];
  return { mode, object, size: size === undefined || size === '-' ? null : Number(size), path };
}

function some(paths: readonly string[]): string {
  const shown = paths
    .slice(0, 3)
    .map((path) => JSON.stringify(path))
    .join(', ');
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
