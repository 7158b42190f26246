import type { Cause } from '../events/event.ts';
import type { HostName } from '../model/host.ts';
import type { Plan } from '../plan/plan.ts';
import { endRuns, ownSegments } from '../plan/steps/end-runs.ts';
import { carryOut, finish, type Result } from './execute.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { type Listener, runOrder, segmentNames } from './segment.ts';
import { started, telling } from './telling.ts';
import type { World } from './world.ts';

/** Takes a deployment back whose driver died, and closes the hosts. */
export async function takeBack(plan: Plan, world: World): Promise<Result> {
  const ledger = begun(plan, world);
  ledger.telling.tell({ type: 'cancel.requested', by: world.by });
  const [host = ''] = Object.keys(plan.paths);
  return takeBackAll(ledger, { host, step: null, failure: { kind: 'cancelled' } });
}

/** Goes on with a deployment whose driver died: what its journals on the hosts hold is heard again, not done again. */
export async function resume(plan: Plan, world: World): Promise<Result> {
  const ledger = begun(plan, world);
  const cause = await carryOut(ledger);
  return cause === null ? finish(ledger, null) : takeBackAll(ledger, cause);
}

function begun(plan: Plan, world: World): Ledger {
  const { tell, output } = telling(world);
  tell(started(plan, world.by));
  return newLedger(plan, world, { telling: { tell, output } });
}

/**
 * What still runs of it on the hosts is ended, then every step that may have been begun is undone, newest first, and the hosts are
 * closed. What was heard of before does not matter, for the dead driver may have got further: an undo touches only what was done.
 */
async function takeBackAll(ledger: Ledger, cause: Cause): Promise<Result> {
  const { plan } = ledger;
  const hosts = Object.keys(plan.paths);
  ledger.renameSegments(ownSegments);
  await Promise.all(hosts.map((host) => endOn(ledger, host)));
  for (const phase of plan.phases)
    for (const host of hosts) for (const step of phase.steps[host] ?? []) ledger.note(host, step);
  return finish(ledger, cause);
}

/** A host that cannot be reached cannot be undone either, which is told there. */
async function endOn(ledger: Ledger, host: HostName): Promise<void> {
  const step = endRuns(ledger.plan, host);
  const order = {
    host,
    ...segmentNames(ledger, host),
    at: 'host' as const,
    steps: [{ ...step, mayFail: true }],
    payload: null,
    secrets: {},
  };
  await runOrder(order, ledger, { listener: unheard, signal: new AbortController().signal });
}

const unheard: Listener = { began: () => {}, output: () => {}, ended: () => {} };
