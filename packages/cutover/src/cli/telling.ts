import type { Refusal } from '../plan/refusal.ts';
import { refusalLines } from '../report/refusals.ts';
import { unreachedLines } from '../report/unreached.ts';
import { Exit, type ExitCode } from './exit.ts';
import type { Unseen } from './hosts.ts';
import type { Outside } from './outside.ts';

/** Prints why there is no plan, and that nothing was changed. */
export async function tellRefusals(refusals: readonly Refusal[], outside: Outside): Promise<ExitCode> {
  await tellSentences([...refusalLines(refusals, outside.nowMs()), 'Nothing was changed.'], outside);
  return refusals.every((refusal) => refusal.kind === 'locked') ? Exit.locked : Exit.refused;
}

/** Prints which hosts could not be looked at and why, what goes on without them, and that nothing was changed. */
export async function tellUnseen(
  unseen: readonly Unseen[],
  outside: Outside,
  without: string | null = null,
): Promise<ExitCode> {
  const isStopped = unseen.some(({ failure }) => failure.kind === 'cancelled');
  const lines = unreachedLines(unseen.filter(({ failure }) => failure.kind !== 'cancelled'));
  const told = isStopped || without === null ? lines : [...lines, without];
  await tellSentences([...told, 'Nothing was changed.'], outside);
  return isStopped ? Exit.interrupted : Exit.refused;
}

/** Prints lines of sentences for a person, if there are any; on a terminal they are broken between words, whose widths take long to load. */
export async function tellSentences(lines: readonly string[], outside: Outside): Promise<void> {
  if (lines.length === 0) return;
  const columns = outside.errColumns ?? null;
  const told = columns === null ? lines : (await import('../report/wrap.ts')).wrapped(lines, columns);
  outside.err(`${told.join('\n')}\n`);
}

/** Prints what is wrong with the command line. */
export async function tellUsage(sentence: string, outside: Outside): Promise<ExitCode> {
  await tellSentences([sentence], outside);
  return Exit.usage;
}

/** Prints that nothing was changed: somebody asked for it to stop before. What was broken off by that is no reason of its own. */
export function tellStopped(outside: Outside): ExitCode {
  outside.err('Nothing was changed.\n');
  return Exit.interrupted;
}
