import { reasonOf, type SourceProblem, sourceProblem } from './problem.ts';

/** An archive that is not as it should be, and how: a clause. */
export class Unpackable extends Error {}

/** What the reading of an artifact that threw comes to. */
export function notRead(path: string, error: unknown): SourceProblem {
  if (error instanceof Unpackable)
    return sourceProblem(
      'artifact-format',
      `The artifact ${path} is not unpacked, for ${error.message}. Build it anew, or unpack it yourself and name the directory.`,
    );
  return sourceProblem('unreadable', `The artifact ${path} could not be read: ${reasonOf(error)}`);
}
