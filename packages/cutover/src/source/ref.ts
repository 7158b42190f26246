import { nearestNames } from './nearest.ts';
import { type SourceProblem, sourceProblem } from './problem.ts';

/** A ref of a repository, by its full name. */
export interface KnownRef {
  /** `refs/heads/main`. */
  readonly name: string;
  /** What it points at; a tag's own object for an annotated tag. */
  readonly object: string;
  /** The commit behind an annotated tag; the same as `object` otherwise. */
  readonly commit: string;
}

/** What a ref turned out to be. */
export interface ChosenRef {
  readonly name: string;
  readonly commit: string;
  readonly branch: string | null;
}

const branches = 'refs/heads/';
const tags = 'refs/tags/';
const remotes = 'refs/remotes/';

/** Whether it is a full object id, which needs no looking up. */
export function isFullSha(ref: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}

/** A problem when no branch or tag can have this name and it is no SHA either: nothing of it reaches git. */
export function badRef(ref: string): SourceProblem | null {
  // Git's own rules (git-check-ref-format), and a leading dash, which git refuses for branches.
  const impossible = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-./]|[./]$|^@?$/;
  if (!impossible.test(ref)) return null;
  return sourceProblem(
    'bad-ref',
    `${JSON.stringify(ref)} cannot be the name of a branch or tag, nor a SHA. Name a branch, a tag or a SHA.`,
  );
}

/** The full names that a short one may stand for. */
export function candidates(ref: string): readonly string[] {
  return ref.startsWith('refs/') ? [ref] : [branches + ref, tags + ref, remotes + ref];
}

/** The one that is meant: null when there is none; a problem when a branch and a tag of that name differ. */
export function choose(ref: string, known: readonly KnownRef[]): ChosenRef | SourceProblem | null {
  const names = candidates(ref);
  const found = names.flatMap((name) => known.filter((one) => one.name === name));
  const [first, second] = found;
  if (!first) return null;
  if (second && second.commit !== first.commit) {
    return sourceProblem(
      'ambiguous-ref',
      `“${ref}” is ${spoken(first.name)} and ${spoken(second.name)}, and they differ. Write ${first.name} or ${second.name}.`,
    );
  }
  return { name: first.name, commit: first.commit, branch: branchOf(first.name) };
}

/** The problem of a ref that is not there, with the names that come nearest. */
export function unknownRef(ref: string, where: string, known: readonly string[]): SourceProblem {
  const near = nearestNames(ref, known.map(shortName));
  const hint = near.length === 0 ? '' : ` The nearest names there: ${near.join(', ')}.`;
  return sourceProblem('unknown-ref', `${where} has no branch, tag or commit “${ref}”.${hint}`);
}

/** `main` for `refs/heads/main`. */
function shortName(name: string): string {
  return name.replace(/^refs\/(heads|tags|remotes)\//, '');
}

function branchOf(name: string): string | null {
  if (name.startsWith(branches)) return name.slice(branches.length);
  return name.startsWith(remotes) ? name.slice(remotes.length).replace(/^[^/]*\//, '') : null;
}

function spoken(name: string): string {
  if (name.startsWith(branches)) return 'a branch';
  return name.startsWith(tags) ? 'a tag' : 'a branch of a remote';
}
