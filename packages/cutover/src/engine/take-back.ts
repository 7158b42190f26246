import type { HostName } from '../model/host.ts';
import type { Plan } from '../plan/plan.ts';
import { endRuns, ownSegments } from '../plan/steps/end-runs.ts';
import { finish, type Result } from './execute.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { type Listener, runOrder, segmentNames } from './segment.ts';
import { started, telling } from './telling.ts';
import type { World } from './world.ts';

/**
 * Takes a deployment back whose driver died: what still runs of it on the hosts is ended, then every step that may have been begun is
 * undone, newest first, and the hosts are closed. What was heard of before does not matter: an undo touches only what was done.
 */
export async function takeBack(plan: Plan, world: World): Promise<Result> {
  const { tell, output } = telling(world);
  const ledger = newLedger(plan, world, { telling: { tell, output }, prefix: ownSegments });
  tell(started(plan, world.by));
  tell({ type: 'cancel.requested', by: world.by });
  const hosts = Object.keys(plan.paths);
  await Promise.all(hosts.map((host) => endOn(ledger, host)));
  for (const phase of plan.phases)
    for (const host of hosts) for (const step of phase.steps[host] ?? []) ledger.note(host, step);
  return finish(ledger, { host: hosts[0] ?? '', step: null, failure: { kind: 'cancelled' } });
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
