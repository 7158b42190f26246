import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDeploy } from '../../src/plan/deploy.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { assertSettled } from '../kit/settled.ts';
import { wanted } from '../kit/wishes.ts';

const reconnectMs = 120_000;

describe('a host that goes away between the look and its first step', () => {
  it('is waited for, and the deployment goes on when it is back', async () => {
    const { result, events } = await deployedWhileAway(reconnectMs / 2);
    assert.equal(result?.outcome, 'succeeded');
    assert.deepEqual(
      events
        .flatMap((event) => (event.type === 'host.disconnected' || event.type === 'host.reattached' ? [event] : []))
        .map(({ type, host }) => `${host} ${type}`),
      ['web2 host.disconnected', 'web2 host.reattached'],
    );
  });

  it('is given up after `limits.reconnect`, once and for all, and everything is taken back', async () => {
    const { result, events } = await deployedWhileAway(Number.POSITIVE_INFINITY);
    assert.deepEqual([result?.outcome, result?.cause?.host, result?.stuck], ['undone', 'web2', []]);
    assert.equal(events.filter((event) => event.type === 'host.disconnected').length, 1);
  });
});

async function deployedWhileAway(awayMs: number) {
  const hosts = { web1: usedHost(), web2: usedHost() };
  const plan = planOn(hosts, (wish) => planDeploy(wish, wanted));
  const { result, events } = await rehearse(plan, hosts, { away: { web2: awayMs }, reconnectMs });
  assert.ok(result);
  assertSettled({ plan, hosts, result, events });
  return { result, events };
}
