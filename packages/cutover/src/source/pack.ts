import type { FileHandle } from 'node:fs/promises';
import { type GitAnswer, git, gitFailed, gitPiped, type Repository } from './git.ts';
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
export async function writePack(
  at: Repository,
  { tree, have }: PackWish,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const first = await packed(at, { tree, have }, file);
  if (!isUnlisted(first)) return first;
  // A shallow clone may lack what the host has. Git refuses to compare with such a tree, so it is only asked for when that happened.
  const known = await knownHere(at, have);
  if (isSourceProblem(known)) return known;
  await file.truncate();
  const again = await packed(at, { tree, have: known }, file);
  return isUnlisted(again) ? gitFailed('list the objects of the revision', again.unlisted) : again;
}

/** Git could not say which objects are lacking. */
interface Unlisted {
  readonly unlisted: GitAnswer;
}

type Packed = SourceProblem | Unlisted | null;

function isUnlisted(packed: Packed): packed is Unlisted {
  return packed !== null && 'unlisted' in packed;
}

function packed(at: Repository, wish: PackWish, file: FileHandle): Promise<Packed> {
  return wish.have.length === 0 ? packedWhole(at, wish, file) : packedChanges(at, wish, file);
}

const packing = ['pack-objects', '--stdout', '--delta-base-offset', '-q'];

/** The files of one revision are hardly ever changes of one another: the search for such takes longer than all the rest and finds nothing. */
async function packedWhole(at: Repository, { tree }: PackWish, file: FileHandle): Promise<SourceProblem | null> {
  const args = [...packing, '--revs', '--window=0'];
  return problemOf(await git({ ...at, args, input: `${tree}\n`, output: file.fd }));
}

/**
 * The objects are listed with their paths, by which git finds similar ones. `-<tree>` lines name the bases for deltas: with --thin, pack-objects would
 * look for them among commits, and find none.
 */
async function packedChanges(at: Repository, { tree, have }: PackWish, file: FileHandle): Promise<Packed> {
  const input = [tree, ...have.map((base) => `^${base}`)].map((line) => `${line}\n`).join('');
  const bases = have.map((base) => `-${base}\n`).join('');
  const [listed, answer] = await gitPiped(
    { ...at, args: ['rev-list', '--objects', '--stdin'], input },
    { ...at, args: packing, output: file.fd },
    bases,
  );
  // Where the one that packs ends early, the other one only loses its reader.
  const problem = problemOf(answer);
  if (problem !== null) return problem;
  if (isSourceProblem(listed)) return listed;
  return listed.code === 0 ? null : { unlisted: listed };
}

function problemOf(answer: GitAnswer | SourceProblem): SourceProblem | null {
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? null : gitFailed('pack the revision', answer);
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
