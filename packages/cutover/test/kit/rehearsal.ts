import { Readable } from 'node:stream';
import { execute, type Result } from '../../src/engine/execute.ts';
import type { Event } from '../../src/events/event.ts';
import type { ByHost } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Fault } from '../../src/remote/memory/fault.ts';
import { memoryFleet } from '../../src/remote/memory/fleet.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { virtualClock } from './clock.ts';

export interface Rehearsed {
  readonly events: readonly Event[];
  /** Null when the driver was killed. */
  readonly result: Result | null;
}

/**
 * Carries a plan out on hosts in memory. A killed driver stops for ever after its `killAfter`th event; it is over when nothing
 * runs on the hosts any more.
 */
export async function rehearse(
  plan: Plan,
  hosts: ByHost<MemoryHost>,
  how: {
    faults?: readonly Fault[];
    away?: ByHost<number>;
    killAfter?: number;
    afterDeath?: 'ends' | 'goes-on';
    reconnectMs?: number;
    nowMs?: number;
  } = {},
): Promise<Rehearsed> {
  const events: Event[] = [];
  const cancel = new AbortController();
  const clock = virtualClock(how.nowMs);
  const { reconnectMs = 120_000 } = how;
  const fleet = memoryFleet({
    deployment: plan.deployment,
    hosts,
    faults: how.faults ?? [],
    away: how.away ?? {},
    cancel: () => cancel.abort('SIGINT'),
    now: clock.now,
    reconnectMs,
  });
  const { promise: killed, resolve: kill } = Promise.withResolvers<null>();
  const ended = execute(plan, {
    fleet,
    clock,
    record(event) {
      events.push(event);
      if (events.length !== how.killAfter) return;
      fleet.kill(how.afterDeath);
      kill(null);
    },
    payload: () => Promise.resolve({ kind: 'open', bytes: 0, read: () => Readable.from([]) }),
    secrets: {},
    cancel: cancel.signal,
    reconnectMs,
    random: () => 0.5,
    by: 'ann@desk',
  });
  const result = await Promise.race([killed, ended]);
  clock.stop();
  if (result === null) await fleet.quiet();
  return { result, events };
}
