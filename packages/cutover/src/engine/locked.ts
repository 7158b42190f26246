import type { Cause } from '../events/event.ts';
import { ScriptExit } from '../model/failure.ts';

/** Whether a failure says that another deployment holds the lock. */
export function isLocked(cause: Cause): boolean {
  return cause.step === 'lock' && cause.failure.kind === 'exit' && cause.failure.code === ScriptExit.locked;
}
