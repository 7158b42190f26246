import { hostOf, stepTitled } from './hosts.ts';
import type { DeploymentState, Trouble } from './state.ts';
import { settleTail } from './tail.ts';

/** The failures with one more. */
export function withTrouble(state: DeploymentState, trouble: Trouble): readonly Trouble[] {
  return isTold(state, trouble) ? state.failures : [...state.failures, trouble];
}

/** That a host is gone is told by its step and by the host: it is one failure, and another one when it must be undone. */
export function isTold(state: DeploymentState, trouble: Trouble): boolean {
  return isGone(trouble) && state.failures.some((told) => isGone(told) && isSame(told, trouble));
}

/** Whether a lock may be left where this went wrong: closing goes on after a step of it that ended, gives the lock back, and then looks what serves. */
export function mayLeaveLock({ during, step, failure }: Trouble): boolean {
  return during === 'closing' && (step === 'unlock' || (step !== 'serves' && failure.kind !== 'exit'));
}

function isSame(told: Trouble, trouble: Trouble): boolean {
  return told.host === trouble.host && told.during === trouble.during;
}

function isGone({ failure }: Pick<Trouble, 'failure'>): boolean {
  return failure.kind === 'lost' || failure.kind === 'unreachable';
}

/** Something that went wrong at an event, with the end of what exactly its step printed. */
export function troubleAt(
  state: DeploymentState,
  event: Pick<Trouble, 'host' | 'step' | 'failure' | 'at'>,
  during: Trouble['during'],
): Trouble {
  const { host, step, failure, at } = event;
  const held = hostOf(state, host);
  // What matters of a host that is gone when it is to be closed is not the step that would have been the first.
  const named = during === 'closing' && isGone(event) ? null : step;
  const { title, phase } = stepTitled(held, named, during);
  return { during, host, step, title, phase, failure, output: held.step === step ? settleTail(held.output) : '', at };
}
