import type { Cause, EventOf } from '../events/event.ts';
import type { Outcome, Serving } from '../model/deployment.ts';
import type { HostName } from '../model/host.ts';
import type { Plan } from '../plan/plan.ts';
import { type Closed, closeAll } from './closing.ts';
import { runTasks } from './host.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { pause } from './pause.ts';
import { heldBack } from './simultaneous.ts';
import { type Stretch, stretchesOf } from './stretch.ts';
import { started, telling } from './telling.ts';
import { type TakenBack, undoAll } from './undo.ts';
import type { World } from './world.ts';

/** How a deployment ended. */
export type Result = Pick<EventOf<'deployment.ended'>, 'outcome' | 'serving' | 'cause' | 'stuck'>;

/** Carries a plan out, takes everything back if it fails before the point of no return, and closes. Never rejects for what a host does. */
export async function execute(plan: Plan, world: World): Promise<Result> {
  const { tell, output } = telling(world);
  const ledger = newLedger(plan, world, { telling: { tell, output } });
  tell(started(plan, world.by));
  for (const [host, failure] of Object.entries(plan.leftOut)) tell({ type: 'host.lost', host, failure });
  const cause = await carryOut(ledger);
  if (cause) ledger.renameSegments('undo-');
  return finish(ledger, cause);
}

/** Takes back what was begun, if anything made it fail; closes, and tells how it ended. */
export async function finish(ledger: Ledger, failed: Cause | null): Promise<Result> {
  const { left, hasEnded } = failed ? await undoAll(ledger) : nothing;
  const closed = await closeAll(ledger, outcomeOf(failed, left));
  const cause = hasEnded && servesRelease(ledger, closed) ? null : failed;
  const stuck = cause ? stuckHosts(ledger, left, closed) : [];
  const result: Result = {
    outcome: outcomeOf(cause, stuck),
    serving: { ...closed.serving, ...unasked(ledger.plan) },
    cause,
    stuck,
  };
  ledger.telling.tell({ type: 'deployment.ended', ...result });
  return result;
}

const nothing: TakenBack = { left: [], hasEnded: false };

/** Whether every host serves what this deployment brought: nobody has changed it since. */
function servesRelease({ plan }: Ledger, { serving }: Closed): boolean {
  return Object.keys(plan.paths).every((host) => {
    const told = serving[host];
    return told?.kind === 'release' && told.release === plan.release;
  });
}

/** What hosts serve that took no part. */
function unasked({ leftOut }: Plan): Result['serving'] {
  return Object.fromEntries(Object.keys(leftOut).map((host) => [host, { kind: 'unknown' }]));
}

/** Hosts whose undo failed, that could not be closed, or that were seen to serve something else than before. */
function stuckHosts(ledger: Ledger, left: readonly HostName[], closed: Closed): readonly HostName[] {
  const unclosed = closed.failed.filter((host) => ledger.begun(host).length > 0);
  const other = Object.entries(closed.serving).flatMap(([host, serving]) =>
    servesBasis(ledger, host, serving) ? [] : [host],
  );
  return [...new Set([...left, ...unclosed, ...other])];
}

/** A host on which nothing was begun behind the lock serves what it will: that is not this deployment's doing. */
function servesBasis({ plan, begun }: Ledger, host: HostName, serving: Serving): boolean {
  if (begun(host).every(({ effect }) => effect.kind === 'lock') || serving.kind === 'unknown') return true;
  return (serving.kind === 'release' ? serving.release : null) === plan.basis[host];
}

function outcomeOf(cause: Cause | null, stuck: readonly HostName[]): Outcome {
  if (cause === null) return 'succeeded';
  return stuck.length === 0 ? 'undone' : 'stuck';
}

/** Stretch by stretch, batch by batch; the first failure stops what still runs elsewhere. */
export async function carryOut(ledger: Ledger): Promise<Cause | null> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ledger.world.cancel, ledger.phases.signal]);
  const heard = onceAborted(ledger.world.cancel, () =>
    ledger.telling.tell({ type: 'cancel.requested', by: String(ledger.world.cancel.reason) }),
  );
  try {
    for (const stretch of stretchesOf(ledger.plan)) {
      const cause = await runStretch(ledger, stretch, { stop, signal });
      if (cause) return cause;
    }
    return null;
  } finally {
    ledger.phases.over();
    heard();
  }
}

async function runStretch(
  ledger: Ledger,
  stretch: Stretch,
  parts: { stop: AbortController; signal: AbortSignal },
): Promise<Cause | null> {
  for (const batch of stretch.batches) {
    let first: Cause | null = null;
    const holds = heldBack(ledger, stretch, batch);
    await Promise.all(
      batch.map(async (host) => {
        await pause(ledger.world.clock, holds(host), parts.signal);
        const cause = await runTasks(ledger, host, {
          tasks: stretch.tasks(host),
          closes: stretch.closes,
          signal: parts.signal,
        });
        if (cause === null) return;
        first ??= cause;
        parts.stop.abort();
      }),
    );
    if (first) return first;
  }
  return null;
}

/** Calls `action` when the signal is aborted, now or later; the answer ends the waiting. */
function onceAborted(signal: AbortSignal, action: () => void): () => void {
  if (signal.aborted) action();
  else signal.addEventListener('abort', action, { once: true });
  return () => signal.removeEventListener('abort', action);
}
