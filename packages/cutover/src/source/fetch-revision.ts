import type { Revision } from '../model/revision.ts';
import type { Source } from '../model/source.ts';
import { type GitAnswer, git } from './git.ts';
import { cancelled, isSourceProblem, type SourceProblem, sourceProblem } from './problem.ts';
import { badRef, type ChosenRef, candidates, choose, isFullSha, type KnownRef, unknownRef } from './ref.ts';
import type { ResolvedSource, ResolveOptions } from './resolved.ts';

type FetchSource = Extract<Source, { kind: 'fetch' }>;

/** Asks the remote what the ref is now; a full SHA is taken as it is. Who wrote it and what it says only the hosts will know. */
export async function resolveFetch(
  source: FetchSource,
  options: ResolveOptions,
): Promise<ResolvedSource | SourceProblem> {
  if (isFullSha(source.ref)) return resolved(source.ref.toLowerCase(), source.ref, null);
  const bad = source.ref === 'HEAD' ? null : badRef(source.ref);
  if (bad) return bad;
  const chosen = source.ref === 'HEAD' ? await remoteHead(source, options) : await remoteRef(source, options);
  if (isSourceProblem(chosen)) return chosen;
  return resolved(chosen.commit, source.ref === 'HEAD' ? (chosen.branch ?? chosen.commit) : source.ref, chosen.branch);
}

function resolved(id: string, ref: string, branch: string | null): ResolvedSource {
  const revision: Revision = { id, ref, branch, author: '', message: '', committedAt: null };
  return { revision, tree: null, remainder: null, archive: null, notes: [] };
}

async function remoteHead(source: FetchSource, options: ResolveOptions): Promise<ChosenRef | SourceProblem> {
  const lines = await ask(source, ['HEAD'], options);
  if (isSourceProblem(lines)) return lines;
  const name = lines.flatMap((line) => /^ref: (refs\/\S+)\tHEAD$/.exec(line)?.[1] ?? [])[0] ?? 'HEAD';
  const commit = lines.flatMap((line) => /^([0-9a-f]+)\tHEAD$/.exec(line)?.[1] ?? [])[0];
  if (!commit)
    return sourceProblem(
      'empty-repository',
      `${speakable(source.url)} has no default branch with a commit. Name a branch or tag.`,
    );
  return { name, commit, branch: name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null };
}

async function remoteRef(source: FetchSource, options: ResolveOptions): Promise<ChosenRef | SourceProblem> {
  const names = candidates(source.ref);
  const lines = await ask(
    source,
    names.flatMap((name) => [name, `${name}^{}`]),
    options,
  );
  if (isSourceProblem(lines)) return lines;
  const chosen = choose(source.ref, knownRefs(lines));
  if (chosen) return chosen;
  const all = await ask(source, ['refs/heads/*', 'refs/tags/*'], options);
  if (isSourceProblem(all)) return all;
  return unknownRef(
    source.ref,
    speakable(source.url),
    knownRefs(all).map(({ name }) => name),
  );
}

async function ask(
  source: FetchSource,
  patterns: readonly string[],
  options: ResolveOptions,
): Promise<readonly string[] | SourceProblem> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.limitMs)]);
  const args = ['ls-remote', '--quiet', '--symref', '--end-of-options', source.url, ...patterns];
  const answer = await git({ repository: null, args, signal });
  if (isSourceProblem(answer))
    return answer === cancelled && !options.signal.aborted ? noAnswer(source, options.limitMs) : answer;
  return answer.code === 0 ? answer.stdout.toString().split('\n').filter(Boolean) : refused(source, answer);
}

function noAnswer(source: FetchSource, limitMs: number): SourceProblem {
  return sourceProblem(
    'remote-failed',
    `${speakable(source.url)} did not answer within ${limitMs / 1000} seconds. Nothing was deployed.`,
  );
}

function refused(source: FetchSource, answer: GitAnswer): SourceProblem {
  const said = answer.said.replaceAll(source.url, speakable(source.url));
  return sourceProblem(
    'remote-failed',
    `The refs of ${speakable(source.url)} could not be read from this machine: ${said}`,
  );
}

/** Without the password that it may hold. */
function speakable(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}

/** Lines `<object>TAB<ref>`; an annotated tag has a second one, `<commit>TAB<ref>^{}`. */
function knownRefs(lines: readonly string[]): readonly KnownRef[] {
  const objects = new Map(lines.flatMap((line) => pair(line)));
  return [...objects]
    .filter(([name]) => !name.endsWith('^{}'))
    .map(([name, object]) => ({ name, object, commit: objects.get(`${name}^{}`) ?? object }));
}

function pair(line: string): readonly (readonly [string, string])[] {
  const [, object, name] = /^([0-9a-f]+)\t(\S+)$/.exec(line) ?? [];
  return object && name ? [[name, object]] : [];
}
