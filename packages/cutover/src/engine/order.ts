import type { HostName } from '../model/host.ts';
import type { Step } from '../plan/plan.ts';
import { closingOf } from './closing.ts';
import type { Ledger } from './ledger.ts';
import { type Order, payloadPath, segmentNames } from './segment.ts';
import type { Task } from './stretch.ts';
import type { World } from './world.ts';

/** What is sent for these tasks of a host; closing steps follow them when the host closes in the same breath. */
export function orderOf(ledger: Ledger, host: HostName, parts: { tasks: readonly Task[]; closes: boolean }): Order {
  const { plan, world } = ledger;
  const { tasks } = parts;
  const closing = parts.closes ? closingOf(ledger, host, 'succeeded') : { steps: [], secrets: {} };
  const at = tasks[0]?.step.at ?? 'host';
  const carrier = tasks.find((task) => task.step.payload !== null)?.step;
  return {
    host,
    ...segmentNames(ledger, host, at),
    at,
    steps: [...tasks.map(({ step, tolerated }) => ({ ...step, mayFail: tolerated })), ...closing.steps],
    payload: carrier?.payload
      ? {
          step: carrier.id,
          of: carrier.payload,
          path: payloadPath(plan.paths[host] ?? '', plan.deployment, carrier.id),
        }
      : null,
    secrets: {
      ...secretsFor(
        world,
        tasks.map((task) => task.step),
      ),
      ...closing.secrets,
    },
  };
}

/** The secrets that these steps name. */
export function secretsFor(world: World, steps: readonly Step[]): Readonly<Record<string, string>> {
  const names = steps.flatMap((step) => step.secrets);
  return Object.fromEntries(
    names.flatMap((name) => (world.secrets[name] === undefined ? [] : [[name, world.secrets[name]]])),
  );
}
