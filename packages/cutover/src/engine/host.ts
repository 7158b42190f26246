import type { Cause } from '../events/event.ts';
import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { closingListener } from './closing.ts';
import type { Ledger } from './ledger.ts';
import { both, isDamage, listenerFor, refusal } from './listening.ts';
import { orderOf } from './order.ts';
import { runOrder } from './segment.ts';
import { firstSegment, type Task } from './stretch.ts';

/**
 * Runs a host's tasks in order; null when all succeeded or were tolerated. A cancelled host whose remaining tasks are all past
 * the point of no return leaves them out: the deployment has succeeded.
 */
export async function runTasks(
  ledger: Ledger,
  host: HostName,
  parts: { tasks: readonly Task[]; closes: boolean; signal: AbortSignal },
): Promise<Cause | null> {
  let left = parts.tasks;
  while (left.length > 0) {
    if (parts.signal.aborted)
      return left.every((task) => task.tolerated) ? null : { host, step: null, failure: { kind: 'cancelled' } };
    const now = firstSegment(left);
    const closes = parts.closes && now === left && now[0]?.step.at === 'host';
    const { cause, done, instead } = await runSegment(ledger, host, { tasks: now, closes, signal: parts.signal });
    if (cause) return cause;
    left = instead ? [instead, ...left.slice(done + 1)] : left.slice(done);
  }
  return null;
}

/** How far a segment came: the number of tasks that need not be done again, and what ended the deployment, if anything did. */
interface Progressed {
  readonly done: number;
  readonly cause: Cause | null;
  /** What is to be done in the place of the one that comes next. */
  readonly instead?: Task;
}

async function runSegment(
  ledger: Ledger,
  host: HostName,
  parts: { tasks: readonly Task[]; closes: boolean; signal: AbortSignal },
): Promise<Progressed> {
  const { tasks } = parts;
  const listener = listenerFor(ledger, host, tasks);
  const closing = parts.closes ? closingListener(ledger, host) : null;
  const { failure, step } = await runOrder(orderOf(ledger, host, parts), ledger, {
    listener: closing ? both(listener, closing) : listener,
    signal: parts.signal,
  });
  const refused = listener.refused();
  if (refused !== null) return { done: 0, cause: { host, step: refused, failure: refusal } };
  if (failure === null && closing) ledger.noteClosed(host, closing.closed());
  // What fails after the last task is closing work: it is done once more, when nothing can cancel it.
  if (failure === null || listener.passed() === tasks.length) return { done: tasks.length, cause: null };
  if (failure.kind === 'lost') noteAll(ledger, host, tasks);
  const at = tasks.findIndex((task) => task.step.id === step);
  // Between two steps it is what comes next that was not done.
  const done = at === -1 ? listener.passed() : at;
  const instead = insteadOf(tasks[done], failure);
  if (instead !== null) return { done, cause: null, instead };
  const tolerated = isTolerated(tasks.slice(done), failure);
  if (failure.kind !== 'exit') tellBroken(ledger, host, { failure, step, tolerated });
  if (!tolerated) return { done: 0, cause: { host, step, failure } };
  return { done: failure.kind === 'lost' ? tasks.length : done + 1, cause: null };
}

/** The step that the plan has for what was found damaged. */
function insteadOf(task: Task | undefined, failure: Failure): Task | null {
  if (!task?.step.otherwise || failure.kind !== 'exit' || !isDamage(task.step, failure.code)) return null;
  return { ...task, step: task.step.otherwise };
}

/** Whatever comes later in a lost segment may have happened as well: it can neither be done again nor be left out, unless all of it may fail. */
function isTolerated(left: readonly Task[], failure: Failure): boolean {
  return failure.kind === 'lost' ? left.every((task) => task.tolerated) : (left[0]?.tolerated ?? false);
}

/** What may have happened unheard. A hook on a host without a lock has no mark there that tells: it counts only when it was heard. */
function noteAll(ledger: Ledger, host: HostName, tasks: readonly Task[]): void {
  for (const { step } of tasks) {
    if (host in ledger.plan.paths || step.effect.kind !== 'hook') ledger.note(host, step);
  }
}

function tellBroken(ledger: Ledger, host: HostName, broken: Omit<Cause, 'host'> & { tolerated: boolean }): void {
  const { failure, step, tolerated } = broken;
  if (failure.kind === 'lost' || failure.kind === 'unreachable')
    ledger.telling.tell({ type: 'host.lost', host, failure });
  if (step !== null) ledger.telling.tell({ type: 'step.failed', host, step, failure, tolerated });
}
