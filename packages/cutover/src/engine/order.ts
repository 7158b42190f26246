import type { HostName } from '../model/host.ts';
import type { Step } from '../plan/plan.ts';
import type { LaterSegment } from '../remote/session.ts';
import { closingOf } from './closing.ts';
import type { Ledger } from './ledger.ts';
import { type Order, payloadPath, segmentNames } from './segment.ts';
import { segmentsIn, stretchesOf, type Task } from './stretch.ts';
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
    steps: [...stepsOf(tasks), ...closing.steps],
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
    following: () => followingOn(ledger, host, tasks),
  };
}

/** The segments that a host is sent after these tasks, as far as no user's secret is in them: the one that closes it at last, unless that is done in one breath with another. */
function followingOn(ledger: Ledger, host: HostName, tasks: readonly Task[]): readonly LaterSegment[] {
  const stretches = stretchesOf(ledger.plan);
  const all = stretches.flatMap((stretch) => segmentsIn(stretch.tasks(host)));
  // What is done in the place of a step stands in none.
  const now = all.findIndex((each) => each.some(({ step }) => step === tasks.at(-1)?.step));
  if (now === -1) return [];
  const closing = closingOf(ledger, host, 'succeeded');
  const closes = stretches.at(-1)?.closes ?? false;
  const later = all.slice(now + 1).map((each, i, { length }): LaterSegment | null => {
    if (each.some(({ step }) => step.at !== 'host' || step.payload !== null)) return null;
    const isLast = closes && i === length - 1;
    return { steps: [...stepsOf(each), ...(isLast ? closing.steps : [])], secrets: isLast ? closing.secrets : {} };
  });
  return [...later, closes ? null : closing].filter((each) => each !== null);
}

function stepsOf(tasks: readonly Task[]): Order['steps'] {
  return tasks.map(({ step, tolerated }) => ({ ...step, mayFail: tolerated }));
}

/** The secrets that these steps name. */
export function secretsFor(world: World, steps: readonly Step[]): Readonly<Record<string, string>> {
  const names = steps.flatMap((step) => step.secrets);
  return Object.fromEntries(
    names.flatMap((name) => (world.secrets[name] === undefined ? [] : [[name, world.secrets[name]]])),
  );
}
