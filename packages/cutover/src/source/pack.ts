import type { FileHandle } from 'node:fs/promises';
import { git, gitFailed, type Repository } from './git.ts';
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
  const known = await knownHere(at, wish.have);
  if (isSourceProblem(known)) return known;
  const lacking = await objectsLacking(at, wish.tree, known);
  if (isSourceProblem(lacking)) return lacking;
  // `-<tree>` lines name the bases for deltas. With --thin, pack-objects would look for them among commits, and find none.
  const input = Buffer.concat([Buffer.from(known.map((tree) => `-${tree}\n`).join('')), lacking]);
  const answer = await git({
    ...at,
    args: ['pack-objects', '--stdout', '--delta-base-offset', '-q'],
    input,
    output: file.fd,
  });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? null : gitFailed('pack the revision', answer);
}

/** A shallow clone may lack what the host has: such a tree cannot be compared with. */
async function knownHere(at: Repository, trees: readonly string[]): Promise<readonly string[] | SourceProblem> {
  if (trees.length === 0) return [];
  const answer = await git({
    ...at,
    args: ['cat-file', '--batch-check'],
    input: trees.map((tree) => `${tree}\n`).join(''),
  });
  if (isSourceProblem(answer)) return answer;
  if (answer.code !== 0) return gitFailed('look up what the host has', answer);
  const types = answer.stdout.toString().split('\n');
  return trees.filter((_tree, i) => / tree \d+$/.test(types[i] ?? ''));
}

/** Lines of an object id and its path: git finds similar objects by the path. */
async function objectsLacking(at: Repository, tree: string, known: readonly string[]): Promise<Buffer | SourceProblem> {
  const input = [tree, ...known.map((one) => `^${one}`)].map((line) => `${line}\n`).join('');
  const answer = await git({ ...at, args: ['rev-list', '--objects', '--stdin'], input });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? answer.stdout : gitFailed('list the objects of the revision', answer);
}
