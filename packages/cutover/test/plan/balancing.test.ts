import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Balancer } from '../../src/model/balancer.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { lintPlan } from '../../src/plan/lint.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { aHost, aWish, settingsFor, wanted } from '../kit/wishes.ts';

const command: Balancer = { way: { kind: 'command', out: 'true', back: 'true' }, on: null, withinMs: 1000 };

describe('a rolling activation behind a load balancer', () => {
  it('takes each batch out by the steps of the load balancer, one batch after the other', () => {
    assert.deepEqual(activationOf({ ...command, on: ['lb1'] }), [
      ['take out', 'lb1: take-out-web1'],
      ['activate', 'web1: arm activate'],
      ['put back', 'lb1: put-back-web1'],
      ['take out 2', 'lb1: take-out-web2'],
      ['activate 2', 'web2: arm activate'],
      ['put back 2', 'lb1: put-back-web2'],
    ]);
  });

  it('takes each host out by its own steps where no other host is named', () => {
    assert.deepEqual(activationOf(command), [
      ['activate', 'web1: take-out-web1 arm activate put-back-web1', 'web2: take-out-web2 arm activate put-back-web2'],
    ]);
  });
});

/** The phases between verification and confirmation, with their hosts and steps. */
function activationOf(balancer: Balancer): readonly (readonly string[])[] {
  const hosts = [aHost('web1'), aHost('web2'), aHost('lb1', { receivesCode: false })];
  const settings = settingsFor(hosts, { balancer, batch: { kind: 'count', count: 1 } });
  const facts = Object.fromEntries(hosts.map(({ name }) => [name, memoryFacts(usedHost(), '2026-03-22T12:00:00Z')]));
  const planned = planDeploy(aWish(settings, facts), wanted);
  assert.ok(planned.ok);
  assert.deepEqual(lintPlan(planned.plan), []);
  return planned.plan.phases
    .filter(({ name }) => /^(?:take out|activate|put back)/.test(name))
    .map(({ name, steps }) => [
      name,
      ...Object.entries(steps).map(([host, own]) => `${host}: ${own.map(({ id }) => id).join(' ')}`),
    ]);
}
