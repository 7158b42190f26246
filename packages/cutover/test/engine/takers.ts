import assert from 'node:assert/strict';
import type { ByHost } from '../../src/model/host.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { strikeGuards } from '../../src/remote/memory/guard.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { planNext, scenarioOf } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { aHost, aWish, noonMs, settingsFor } from '../kit/wishes.ts';

/** So long after noon everybody who died then counts as dead. */
export const hourMs = 3_600_000;

/** The driver killed at every event: the next deployment takes the locks that are left over, and succeeds, also where the clock was set back. */
export async function takesOver(name: string): Promise<void> {
  for (const laterMs of [hourMs, -hourMs]) await takesOverAt(name, laterMs);
}

async function takesOverAt(name: string, laterMs: number): Promise<void> {
  const scenario = scenarioOf(name);
  const { events } = await rehearse(scenario.make().plan, scenario.make().hosts);
  for (let killAfter = 1; killAfter < events.length; killAfter += 1) {
    const { hosts, plan } = scenario.make();
    await rehearse(plan, hosts, { killAfter });
    for (const host of Object.values(hosts)) strikeGuards(host, noonMs + hourMs);
    const locked = Object.keys(hosts).filter((host) => hosts[host]?.lock !== null);
    const { result, events: told } = await deployAt(noonMs + laterMs, hosts);
    assert.equal(
      result?.outcome,
      'succeeded',
      `killed after event ${killAfter}, ${laterMs}: ${JSON.stringify(result?.cause)}`,
    );
    const taken = told.flatMap((event) => (event.type === 'lock.taken-over' ? [event.host] : []));
    assert.deepEqual(taken.sort(), locked.sort(), `killed after event ${killAfter}, ${laterMs}`);
  }
}

/** What somebody who comes at that time wants of these hosts. */
export function wishAt(nowMs: number, hosts: ByHost<MemoryHost>) {
  const clock = new Date(nowMs).toISOString();
  const facts = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, memoryFacts(host, clock)]));
  const settings = settingsFor(Object.keys(hosts).map((name) => aHost(name)));
  return aWish(settings, facts, { deployment: 'test-2', nowMs });
}

async function deployAt(nowMs: number, hosts: ByHost<MemoryHost>) {
  const planned = planNext(wishAt(nowMs, hosts));
  assert.ok(planned.ok, JSON.stringify(planned));
  return rehearse(planned.plan, hosts, { nowMs });
}
