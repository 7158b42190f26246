import type { FileHandle } from 'node:fs/promises';
import { type GitAnswer, git, gitFailed, type Repository } from './git.ts';
import { isSourceProblem, type SourceProblem } from './problem.ts';

/** A tree and the trees that its receiver has already. */
export interface PackWish {
  readonly tree: string;
  readonly have: readonly string[];
}

/**
 * Writes a git pack of exactly the objects of a tree that its receiver lacks, or none, to an open file. Objects may be told as
 * changes of what the receiver has (a thin pack): `git index-pack --fix-thin` or `git unpack-objects` there. No commits go over.
 */
export async function writePack(at: Repository, wish: PackWish, file: FileHandle): Promise<SourceProblem | null> {
  const wanted = wish.have.length === 0 ? wholeTree(wish.tree) : await changes(at, wish);
  if (isSourceProblem(wanted)) return wanted;
  const args = ['pack-objects', '--stdout', '--delta-base-offset', '-q', ...wanted.flags];
  const answer = await git({ ...at, args, input: wanted.input, output: file.fd });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? null : gitFailed('pack the revision', answer);
}

/** How git is told what to pack. */
interface Wanted {
  readonly flags: readonly string[];
  readonly input: string | Buffer;
}

/** The files of one revision are hardly ever changes of one another: the search for such takes longer than all the rest and finds nothing. */
function wholeTree(tree: string): Wanted {
  return { flags: ['--revs', '--window=0'], input: `${tree}\n` };
}

async function changes(at: Repository, wish: PackWish): Promise<Wanted | SourceProblem> {
  const compared = await compare(at, wish);
  if (isSourceProblem(compared)) return compared;
  const { bases, lacking } = compared;
  if (bases.length === 0) return wholeTree(wish.tree);
  // `-<tree>` lines name the bases for deltas. With --thin, pack-objects would look for them among commits, and find none.
  const input = Buffer.concat([Buffer.from(bases.map((tree) => `-${tree}\n`).join('')), lacking]);
  return { flags: [], input };
}

interface Compared {
  /** The trees that were compared with. */
  readonly bases: readonly string[];
  /** Lines of an object id and its path: git finds similar objects by the path. */
  readonly lacking: Buffer;
}

/** A shallow clone may lack what the host has. Git refuses to compare with such a tree, so it is only asked for when that happened. */
async function compare(at: Repository, { tree, have }: PackWish): Promise<Compared | SourceProblem> {
  const answer = await objectsLacking(at, tree, have);
  if (isSourceProblem(answer)) return answer;
  if (answer.code === 0) return { bases: have, lacking: answer.stdout };
  const known = await knownHere(at, have);
  if (isSourceProblem(known)) return known;
  const again = await objectsLacking(at, tree, known);
  if (isSourceProblem(again)) return again;
  return again.code === 0
    ? { bases: known, lacking: again.stdout }
    : gitFailed('list the objects of the revision', again);
}

function objectsLacking(at: Repository, tree: string, bases: readonly string[]): Promise<GitAnswer | SourceProblem> {
  const input = [tree, ...bases.map((base) => `^${base}`)].map((line) => `${line}\n`).join('');
  return git({ ...at, args: ['rev-list', '--objects', '--stdin'], input });
}

async function knownHere(at: Repository, trees: readonly string[]): Promise<readonly string[] | SourceProblem> {
  if (trees.length === 0) return [];
  const input = trees.map((tree) => `${tree}\n`).join('');
  const answer = await git({ ...at, args: ['cat-file', '--batch-check'], input });
  if (isSourceProblem(answer)) return answer;
  if (answer.code !== 0) return gitFailed('look up what the host has', answer);
  const types = answer.stdout.toString().split('\n');
  return trees.filter((_tree, i) => / tree \d+$/.test(types[i] ?? ''));
}
