import { git, gitFailed, type Repository } from './git.ts';
import { isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';
import { badRef, candidates, choose, isFullSha, type KnownRef, unknownRef } from './ref.ts';

/** A ref as git is asked for it: a full ref name, `HEAD` or a SHA, so that nothing in it can be taken for anything else. */
export interface WantedRef {
  readonly name: string;
  readonly branch: string | null;
}

/** Finds the branch, tag or commit that is meant in a local repository. */
export async function localRef(at: Repository, ref: string): Promise<WantedRef | SourceProblem> {
  if (ref === 'HEAD') return head(at);
  const bad = badRef(ref);
  if (bad) return bad;
  if (!isFullSha(ref)) {
    const known = await refsOf(at, candidates(ref));
    if (isSourceProblem(known)) return known;
    const chosen = choose(ref, known);
    if (chosen) return chosen;
  }
  return commitNamed(at, ref);
}

async function head(at: Repository): Promise<WantedRef | SourceProblem> {
  const [symbolic, commit] = await Promise.all([
    git({ ...at, args: ['symbolic-ref', '-q', 'HEAD'] }),
    git({ ...at, args: ['rev-parse', '-q', '--verify', 'HEAD^{commit}'] }),
  ]);
  if (isSourceProblem(symbolic)) return symbolic;
  if (isSourceProblem(commit)) return commit;
  const name = symbolic.stdout.toString().trimEnd();
  if (commit.code !== 0) return noCommit(at, name);
  return { name: commit.stdout.toString().trimEnd(), branch: /^refs\/heads\/(.*)$/.exec(name)?.[1] ?? null };
}

function noCommit(at: Repository, name: string): SourceProblem {
  const where = name === '' ? '' : ` on ${name.replace('refs/heads/', '')}`;
  return sourceProblem(
    'empty-repository',
    `${at.repository} has no commit${where} yet. Commit something, or name a branch that has commits.`,
  );
}

async function commitNamed(at: Repository, ref: string): Promise<WantedRef | SourceProblem> {
  if (/^[0-9a-f]{4,64}$/i.test(ref)) {
    const answer = await git({ ...at, args: ['rev-parse', '-q', '--verify', `${ref}^{commit}`] });
    if (isSourceProblem(answer)) return answer;
    if (answer.code === 0) return { name: answer.stdout.toString().trimEnd(), branch: null };
  }
  const known = await refsOf(at, ['refs/heads', 'refs/tags', 'refs/remotes']);
  if (isSourceProblem(known)) return known;
  if (known.length === 0) return noCommit(at, '');
  return unknownRef(
    ref,
    at.repository ?? 'The repository',
    known.map(({ name }) => name),
  );
}

async function refsOf(at: Repository, patterns: readonly string[]): Promise<readonly KnownRef[] | SourceProblem> {
  const format = '%(refname)%00%(objectname)%00%(*objectname)';
  const answer = await git({ ...at, args: ['for-each-ref', `--format=${format}`, ...patterns] });
  if (isSourceProblem(answer)) return answer;
  if (answer.code !== 0) return gitFailed('list the refs', answer);
  return answer.stdout.toString().split('\n').filter(Boolean).map(knownRef);
}

function knownRef(line: string): KnownRef {
  const [name = '', object = '', peeled = ''] = line.split('\0');
  return { name, object, commit: peeled || object };
}
