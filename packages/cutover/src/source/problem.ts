/** Why a source could not be resolved or a payload could not be made. Nothing was changed anywhere. */
export interface SourceProblem {
  readonly problem: SourceProblemKind;
  /** Whole sentences: what was found and what to do. */
  readonly message: string;
}

/** What went wrong; permanent names. */
export type SourceProblemKind =
  | 'cancelled'
  | 'git-missing'
  | 'git-failed'
  | 'not-a-repository'
  | 'empty-repository'
  | 'bad-ref'
  | 'unknown-ref'
  | 'ambiguous-ref'
  | 'no-subdirectory'
  | 'no-files'
  | 'submodules'
  | 'lfs'
  | 'remote-failed'
  | 'artifact-missing'
  | 'artifact-empty'
  | 'artifact-format'
  | 'artifact-changed'
  | 'build-failed'
  | 'unreadable'
  | 'no-room';

/** A problem as a value. */
export function sourceProblem(problem: SourceProblemKind, message: string): SourceProblem {
  return { problem, message };
}

/** Whether an answer of this room is a problem instead of what was asked for. */
export function isSourceProblem(answer: unknown): answer is SourceProblem {
  return typeof answer === 'object' && answer !== null && 'problem' in answer;
}

/** What the system said, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a cancelled piece of work answers. */
export const cancelled = sourceProblem('cancelled', 'It was cancelled.');
