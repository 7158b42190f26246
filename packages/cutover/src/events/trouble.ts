import type { Failure } from '../model/failure.ts';
import { hostOf, stepTitled } from './hosts.ts';
import type { DeploymentState, Trouble } from './state.ts';
import { settleTail } from './tail.ts';

/** The failures with one more. That a host is gone is told by its step and by the host: it is one failure, and another one when it must be undone. */
export function withTrouble(state: DeploymentState, trouble: Trouble): readonly Trouble[] {
  const isTold = isGone(trouble) && state.failures.some((told) => isGone(told) && isSame(told, trouble));
  return isTold ? state.failures : [...state.failures, trouble];
}

function isSame(told: Trouble, trouble: Trouble): boolean {
  return told.host === trouble.host && told.during === trouble.during;
}

function isGone({ failure }: Pick<Trouble, 'failure'>): boolean {
  return failure.kind === 'lost' || failure.kind === 'unreachable';
}

/** Closing work is in no phase, and a host that is gone did not begin with it. */
function closingTitled(failure: Failure): Pick<Trouble, 'title' | 'phase'> {
  return { title: isGone({ failure }) ? null : 'close the deployment', phase: null };
}

/** Something that went wrong at an event, with the end of what exactly its step printed. */
export function troubleAt(
  state: DeploymentState,
  event: Pick<Trouble, 'host' | 'step' | 'failure' | 'at'>,
  during: Trouble['during'],
): Trouble {
  const { host, step, failure, at } = event;
  const held = hostOf(state, host);
  const { title, phase } = during === 'closing' ? closingTitled(failure) : stepTitled(held, step, during);
  return { during, host, step, title, phase, failure, output: held.step === step ? settleTail(held.output) : '', at };
}
