import { ScriptExit } from '../model/failure.ts';
import type { Cause } from './event.ts';

/** Whether a failure says that another deployment holds the lock. */
export function isLocked(cause: Cause): boolean {
  return endedLock(cause, ScriptExit.locked);
}

/** Whether a host was found to be another than the plan was made for, or the same as another of its hosts, when its lock was taken and nothing was changed. */
export function isOtherBasis(cause: Cause): boolean {
  return endedLock(cause, ScriptExit.otherBasis) || endedLock(cause, ScriptExit.twice);
}

function endedLock({ step, failure }: Cause, code: number): boolean {
  return step === 'lock' && failure.kind === 'exit' && failure.code === code;
}
