import { resolve } from 'node:path';
import type { GitRevision } from '../model/source.ts';
import { type GitAnswer, git, gitFailed, type Repository } from './git.ts';
import { contentProblem, type Part } from './git-content.ts';
import { localRef, type WantedRef } from './git-ref.ts';
import { isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';
import type { IdentifiedSource, Vetted } from './resolved.ts';

interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly author: string;
  readonly committedAt: string;
  readonly message: string;
}

/** Finds the commit of a ref of a repository on this machine: the current branch for `HEAD`. */
export async function identifyGit(source: GitRevision, signal: AbortSignal): Promise<IdentifiedSource | SourceProblem> {
  const at = { repository: resolve(source.repository), signal };
  const ref = await localRef(at, source.ref);
  if (isSourceProblem(ref)) return (await noRepository(at)) ?? ref;
  const commit = await readCommit(at, ref);
  if (isSourceProblem(commit)) return commit;
  const path = pathOf(source.subdirectory);
  const tree = await treeIn(at, commit, path);
  if (isSourceProblem(tree)) return tree;
  return {
    revision: revisionOf(commit, source.ref, ref.branch),
    tree,
    remainder: null,
    archive: null,
    vetting: vet(at, { commit: commit.id, tree, path }),
  };
}

async function vet(at: Repository, part: Part): Promise<Vetted | SourceProblem> {
  const [problem, notes] = await Promise.all([contentProblem(at, part), uncommitted(at, part.commit)]);
  return problem ?? notes;
}

async function noRepository(at: Repository): Promise<SourceProblem | null> {
  const answer = await git({ ...at, args: ['rev-parse', '--git-dir'] });
  if (isSourceProblem(answer)) return answer;
  if (answer.code === 0) return null;
  return sourceProblem(
    'not-a-repository',
    `${at.repository} is not a git repository that can be read (${answer.said}).`,
  );
}

async function readCommit(at: Repository, ref: WantedRef): Promise<Commit | SourceProblem> {
  const format = ['%H', '%T', '%an', '%cI', '%s'].join('%x00');
  const args = ['rev-list', '--max-count=1', '--encoding=UTF-8', `--format=${format}`];
  const answer = await git({ ...at, args: [...args, '--end-of-options', `${ref.name}^{commit}`, '--'] });
  if (isSourceProblem(answer)) return answer;
  // `commit <id>` stands on a line of its own before what was asked for.
  const [id, tree, author, committedAt, message] = answer.stdout
    .toString()
    .replace(/^commit .*\n/, '')
    .replace(/\n$/, '')
    .split('\0');
  if (answer.code !== 0 || !id || !tree) return gitFailed(`read the commit of ${ref.name}`, answer);
  return { id, tree, author: author ?? '', committedAt: inUtc(committedAt ?? ''), message: message ?? '' };
}

function inUtc(date: string): string {
  return new Date(date).toISOString().replace('.000Z', 'Z');
}

/** As git writes it; empty is the root. */
function pathOf(subdirectory: string | null): string {
  return (subdirectory ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

async function treeIn(at: Repository, commit: Commit, path: string): Promise<string | SourceProblem> {
  if (path === '') return commit.tree;
  const answer = await git({ ...at, args: ['ls-tree', '-d', '-z', '--full-tree', commit.id, '--', path] });
  if (isSourceProblem(answer)) return answer;
  const tree = treeNamed(answer, path);
  return (
    tree ??
    sourceProblem('no-subdirectory', `The commit ${commit.id.slice(0, 10)} has no directory ${JSON.stringify(path)}.`)
  );
}

function treeNamed(answer: GitAnswer, path: string): string | null {
  const [entry] = answer.stdout.toString().split('\0');
  const [, tree, name] = /^040000 tree ([0-9a-f]+)\t(.*)$/s.exec(entry ?? '') ?? [];
  return answer.code === 0 && name === path ? (tree ?? null) : null;
}

/** What the work tree has and the commit has not; nothing to say when another commit than its own is deployed. */
async function uncommitted(at: Repository, commit: string): Promise<Vetted | SourceProblem> {
  const answer = await git({
    ...at,
    args: ['status', '--porcelain=v2', '--branch', '-z', '--no-renames', '--ignore-submodules=all'],
  });
  if (isSourceProblem(answer)) return answer;
  const lines = answer.stdout.toString().split('\0');
  const count = lines.filter((line) => /^[12u?] /.test(line)).length;
  // A bare repository has no work tree: git says so by its status, and there is nothing to compare.
  if (answer.code !== 0 || count === 0 || !lines.includes(`# branch.oid ${commit}`)) return { notes: [] };
  const files = count === 1 ? '1 uncommitted file is' : `${count} uncommitted files are`;
  return { notes: [`This deploys ${commit.slice(0, 10)}; ${files} not part of it.`] };
}

function revisionOf(commit: Commit, ref: string, branch: string | null): IdentifiedSource['revision'] {
  const { id, author, message, committedAt } = commit;
  return { id, ref: ref === 'HEAD' ? (branch ?? id) : ref, branch, author, message, committedAt };
}
