import { shortId } from '../../model/revision.ts';
import { isSourceProblem } from '../../source/problem.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Intent } from '../intent.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';

/** A commit that the application made itself, on the server: deploying it would only begin the same again. */
export function isSkipped(intent: Intent, skip: string): boolean {
  return !isSourceProblem(intent) && intent.identified.revision.message.includes(skip);
}

/** Says that nothing is deployed and why; it is no failure, so that CI goes on. */
export function tellSkipped(intent: Intent, options: StageOptions, outside: Outside): ExitCode {
  if (isSourceProblem(intent)) return Exit.refused;
  const { revision } = intent.identified;
  const text = options.json
    ? JSON.stringify({ format: 1, skipped: true, revision })
    : `Skipped: the message of ${shortId(revision)} says “${revision.message}”. To deploy it all the same: --set skip=false. No host was contacted.`;
  outside.out(`${text}\n`);
  return Exit.succeeded;
}
