import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ByHost } from '../../src/model/host.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { strikeGuards } from '../../src/remote/memory/guard.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { scenarios } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { aHost, aWish, noonMs, settingsFor, wanted } from '../kit/wishes.ts';

const hourMs = 3_600_000;

describe('the lock of a deployment whose driver died', () => {
  for (const scenario of scenarios)
    it(`is taken over by the next one, which succeeds without help: ${scenario.name}`, async () => {
      const { events } = await rehearse(scenario.make().plan, scenario.make().hosts);
      for (let killAfter = 1; killAfter < events.length; killAfter += 1) {
        const { hosts, plan } = scenario.make();
        await rehearse(plan, hosts, { killAfter });
        for (const host of Object.values(hosts)) strikeGuards(host, noonMs + hourMs);
        const locked = Object.keys(hosts).filter((name) => hosts[name]?.lock !== null);
        const { result, events: told } = await deployAt(noonMs + hourMs, hosts);
        assert.equal(result?.outcome, 'succeeded', `killed after event ${killAfter}: ${JSON.stringify(result?.cause)}`);
        const taken = told.flatMap((event) => (event.type === 'lock.taken-over' ? [event.host] : []));
        assert.deepEqual(taken.sort(), locked.sort(), `killed after event ${killAfter}`);
      }
    });

  it('is left alone while it gave a sign of life lately, and while its guard waits', () => {
    const host = usedHost();
    host.lock = { deployment: 'x', kind: 'deploy', by: 'a@b', pid: 1, since: '2026-03-22T12:00:00Z', what: 'main' };
    host.beatMs = noonMs;
    assert.deepEqual(refusals(host, noonMs + 179_000), ['locked']);
    assert.deepEqual(refusals(host, noonMs + 181_000), []);
    assert.deepEqual(refusals(host, noonMs - 1), ['locked'], 'a clock that was set back proves nothing');
    const order = { withinMs: hourMs, onLost: 'revert', failed: null } as const;
    const guard = { release: '20260304100000', previous: '20260302100000', order, dueMs: noonMs + hourMs } as const;
    host.guards.set('x', { ...guard, verdict: 'open' });
    assert.deepEqual(refusals(host, noonMs + 181_000), ['locked']);
    host.guards.set('x', { ...guard, verdict: 'reverted' });
    assert.deepEqual(refusals(host, noonMs + 21_000), []);
  });
});

async function deployAt(nowMs: number, hosts: ByHost<MemoryHost>) {
  const planned = planDeploy(wishAt(nowMs, hosts), wanted);
  assert.ok(planned.ok, JSON.stringify(planned));
  return rehearse(planned.plan, hosts, { nowMs });
}

function refusals(host: MemoryHost, nowMs: number): readonly string[] {
  const planned = planDeploy(wishAt(nowMs, { web1: host }), wanted);
  return planned.ok ? [] : planned.refusals.map(({ kind }) => kind);
}

function wishAt(nowMs: number, hosts: ByHost<MemoryHost>) {
  const clock = new Date(nowMs).toISOString();
  const facts = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, memoryFacts(host, clock)]));
  const settings = settingsFor(Object.keys(hosts).map((name) => aHost(name)));
  return aWish(settings, facts, { deployment: 'test-2', nowMs });
}
