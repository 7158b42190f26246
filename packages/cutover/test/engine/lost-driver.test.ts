import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ByHost } from '../../src/model/host.ts';
import { stateOf } from '../../src/model/release.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { restart, strikeGuards } from '../../src/remote/memory/guard.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { servesSoundly } from '../../src/remote/memory/sound.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn, scenarios } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { wanted } from '../kit/wishes.ts';

const activating = scenarios.filter(({ make }) => make().plan.release !== null);

for (const scenario of activating)
  describe(`hosts whose driver dies: ${scenario.name}`, () => {
    it('serve what they served before once the time for the confirmation is over, unless they were all given it', async () => {
      const whole = scenario.make();
      const { events } = await rehearse(whole.plan, whole.hosts);
      for (let killAfter = 1; killAfter < events.length; killAfter += 1) {
        const { hosts, plan } = scenario.make();
        const { events: told } = await rehearse(plan, hosts, { killAfter });
        for (const host of Object.values(hosts)) strikeGuards(host, Number.MAX_SAFE_INTEGER);
        const isDeciding = told.some((event) => event.type === 'step.started' && event.step === 'confirm');
        if (!isDeciding) assertAllOld(plan, hosts, `killed after event ${killAfter}`);
        for (const [name, host] of Object.entries(hosts)) assertNamed(plan, name, host);
      }
    });
  });

describe('an activation that is never confirmed', () => {
  it('stays where the config says so, or when the host was restarted meanwhile, and is told of', async () => {
    for (const onLost of ['revert', 'keep'] as const) {
      const hosts = { web1: usedHost() };
      const confirmation = { withinMs: 60_000, onLost, lostAfterMs: 180_000 };
      const plan = planOn(hosts, (wish) =>
        planDeploy({ ...wish, settings: { ...wish.settings, confirmation } }, wanted),
      );
      await killedAt(plan, hosts);
      restart(hosts.web1);
      strikeGuards(hosts.web1, Number.MAX_SAFE_INTEGER - 1);
      assert.equal(hosts.web1.current, plan.release);
      assert.deepEqual(
        [...hosts.web1.guards.values()].map(({ verdict }) => verdict),
        ['open'],
      );
    }
  });

  it('is not taken back by a guard whose deployment lost the lock', async () => {
    const hosts = { web1: usedHost() };
    const plan = planOn(hosts, (wish) => planDeploy(wish, wanted));
    await killedAt(plan, hosts);
    const holder = hosts.web1.lock;
    assert.ok(holder);
    hosts.web1.lock = { ...holder, deployment: 'another' };
    strikeGuards(hosts.web1, Number.MAX_SAFE_INTEGER);
    assert.equal(hosts.web1.current, plan.release);
  });
});

/** The driver dies as soon as the release is in service. */
async function killedAt(plan: Plan, hosts: ByHost<MemoryHost>): Promise<void> {
  const copies = structuredClone(hosts);
  const { events } = await rehearse(plan, copies);
  const activated = events.findIndex((event) => event.type === 'step.succeeded' && event.step === 'activate');
  await rehearse(plan, hosts, { killAfter: activated + 1 });
}

function assertAllOld(plan: Plan, hosts: ByHost<MemoryHost>, when: string): void {
  for (const [name, host] of Object.entries(hosts))
    assert.equal(host.current, plan.basis[name], `${when}: ${name} did not go back`);
}

/** The old release, or the new one with a record that says that it is live. */
function assertNamed(plan: Plan, name: string, host: MemoryHost): void {
  assert.ok(servesSoundly(host), `${name} serves ${host.current}`);
  if (host.current === plan.basis[name]) return;
  const record = host.records.get(host.current ?? '');
  assert.ok(record && ['ready', 'live'].includes(stateOf(record)));
  assert.equal([...host.guards.values()].at(-1)?.verdict ?? 'confirmed', 'confirmed', `${name} was never confirmed`);
}
