import { Readable } from 'node:stream';
import { execute, type Result } from '../../src/engine/execute.ts';
import type { Event } from '../../src/events/event.ts';
import type { ByHost } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Fault } from '../../src/remote/memory/fault.ts';
import { memoryFleet } from '../../src/remote/memory/fleet.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { noonMs } from './wishes.ts';

export interface Rehearsed {
  readonly events: readonly Event[];
  /** Null when the driver was killed. */
  readonly result: Result | null;
}

/** Carries a plan out on hosts in memory. A killed driver stops for ever after its `killAfter`th event. */
export async function rehearse(
  plan: Plan,
  hosts: ByHost<MemoryHost>,
  how: { faults?: readonly Fault[]; killAfter?: number } = {},
): Promise<Rehearsed> {
  const events: Event[] = [];
  const cancel = new AbortController();
  const clock = virtualClock();
  const fleet = memoryFleet({
    deployment: plan.deployment,
    hosts,
    faults: how.faults ?? [],
    cancel: () => cancel.abort('SIGINT'),
    hung: () => clock.passAll(),
  });
  const { promise: killed, resolve: kill } = Promise.withResolvers<null>();
  const ended = execute(plan, {
    fleet,
    clock,
    record(event) {
      events.push(event);
      if (events.length !== how.killAfter) return;
      fleet.kill();
      kill(null);
    },
    payload: () => Promise.resolve({ kind: 'open', bytes: 0, read: () => Readable.from([]) }),
    secrets: {},
    cancel: cancel.signal,
    by: 'ann@desk',
  });
  return { result: await Promise.race([killed, ended]), events };
}

/** Stands still until told to pass: then every limit that was set is reached. */
function virtualClock() {
  const waiting = new Set<() => void>();
  return {
    now: () => noonMs,
    after(_ms: number, action: () => void) {
      waiting.add(action);
      return () => waiting.delete(action);
    },
    passAll() {
      queueMicrotask(() => {
        for (const action of waiting) action();
      });
    },
  };
}
