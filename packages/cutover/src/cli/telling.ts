import type { Refusal } from '../plan/refusal.ts';
import { refusalLines } from '../report/refusals.ts';
import { unreachedLines } from '../report/unreached.ts';
import { Exit, type ExitCode } from './exit.ts';
import type { Unseen } from './hosts.ts';
import type { Outside } from './outside.ts';

/** Prints why there is no plan, and that nothing was changed. */
export function tellRefusals(refusals: readonly Refusal[], outside: Outside): ExitCode {
  outside.err(`${[...refusalLines(refusals, outside.nowMs()), 'Nothing was changed.'].join('\n')}\n`);
  return refusals.every((refusal) => refusal.kind === 'locked') ? Exit.locked : Exit.refused;
}

/** Prints which hosts could not be looked at and why, what goes on without them, and that nothing was changed. */
export function tellUnseen(unseen: readonly Unseen[], outside: Outside, without: string | null = null): ExitCode {
  const isStopped = unseen.some(({ failure }) => failure.kind === 'cancelled');
  const lines = unreachedLines(unseen.filter(({ failure }) => failure.kind !== 'cancelled'));
  const told = isStopped || without === null ? lines : [...lines, without];
  outside.err(`${[...told, 'Nothing was changed.'].join('\n')}\n`);
  return isStopped ? Exit.interrupted : Exit.refused;
}

/** Prints what is wrong with the command line. */
export function tellUsage(sentence: string, outside: Outside): ExitCode {
  outside.err(`${sentence}\n`);
  return Exit.usage;
}

/** Prints that nothing was changed: somebody asked for it to stop before. What was broken off by that is no reason of its own. */
export function tellStopped(outside: Outside): ExitCode {
  outside.err('Nothing was changed.\n');
  return Exit.interrupted;
}
