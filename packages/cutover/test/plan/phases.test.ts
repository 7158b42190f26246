import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check, Hook } from '../../src/model/settings.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planPrune } from '../../src/plan/upkeep.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { aHook, aHost, aWish, settingsFor, wanted } from '../kit/wishes.ts';

describe('the phases of a plan', () => {
  const cases: readonly (readonly [string, readonly Hook[], readonly string[]])[] = [
    [
      'wait only where hosts must: before activation, when all locks are held, and before it counts',
      [],
      ['lock!', 'prune', 'prepare', 'verify', 'arm', 'activate!', 'confirm!'],
    ],
    [
      'wait for hooks on all hosts, and after them',
      [aHook({ when: 'before', phase: 'build', hosts: ['web1'] })],
      ['lock!', 'prune', 'prepare', 'before build!', 'verify!', 'arm', 'activate!', 'confirm!'],
    ],
    [
      'hold back what follows a hook that runs once',
      [aHook({ when: 'before', phase: 'prepare', hosts: ['web1'] })],
      ['lock!', 'prune', 'before prepare!', 'prepare!', 'verify', 'arm', 'activate!', 'confirm!'],
    ],
    [
      'are numbered where hooks run on other hosts than those before them',
      [
        aHook({ when: 'before', phase: 'build', hosts: ['web1', 'web2'] }),
        aHook({ when: 'before', phase: 'build', hosts: ['web2'] }),
      ],
      ['lock!', 'prune', 'prepare', 'before build!', 'before build 2!', 'verify!', 'arm', 'activate!', 'confirm!'],
    ],
  ];
  for (const [name, hooks, expected] of cases)
    it(name, () => assert.deepEqual(shape(planWith(['web1', 'web2'], hooks)), expected));

  it('of anything that is no new release wait for all locks', () => {
    const plan = planOn({ web1: usedHost(), web2: usedHost() }, (wish) =>
      planPrune({ ...wish, settings: { ...wish.settings, keep: 1 } }),
    );
    assert.deepEqual(shape(plan), ['lock!', 'prune!']);
  });

  it('have their limit, and for a lock that is taken over the time for which that is watched', () => {
    const holder = { deployment: 'dead', kind: 'deploy', by: 'ann@desk', pid: 1, since: '', what: 'main' } as const;
    const facts = {
      ...memoryFacts(usedHost(), '2026-03-22T12:00:00Z'),
      lock: { kind: 'held', holder, owner: { step: null, silentMs: 600_000 } },
    } as const;
    const settings = settingsFor([aHost('web1')]);
    const limits = { ...settings.limits, phaseMs: 60_000 };
    const planned = planPrune(aWish({ ...settings, keep: 1, limits }, { web1: facts }));
    assert.ok(planned.ok);
    assert.deepEqual(
      planned.plan.phases.map(({ name, limitMs }) => [name, limitMs]),
      [
        ['lock', 60_000 + 2 * settings.confirmation.lostAfterMs],
        ['prune', 60_000],
      ],
    );
  });

  it('never wait where there is one host only', () =>
    assert.ok(
      planWith(['web1'], [aHook({ when: 'after', phase: 'activate', hosts: ['web1'] })]).phases.every(
        (phase) => !phase.waits,
      ),
    ));

  it('give the hosts their time once more where something lies between the swap and the confirmation', () => {
    const withHook = planWith(['web1', 'web2'], [aHook({ when: 'after', phase: 'activate', hosts: ['web1'] })]);
    assert.deepEqual(shape(withHook).slice(-4), ['activate!', 'after activate!', 'extend!', 'confirm!']);
  });
});

describe('the phases of a rolling deployment', () => {
  it('bring hooks and checks of hosts that receive no code, after the last batch', () => {
    const plan = rollingWith(['after activate', 'before check']);
    assert.deepEqual(shape(plan), [
      'lock!',
      'prune',
      'prepare',
      'verify',
      'activate!',
      'after activate!',
      'extend!',
      'confirm!',
    ]);
    assert.deepEqual(batchesAt(plan, 'activate'), [['web1'], ['web2']]);
    assert.deepEqual(stepsOf(plan, 'after activate', 'balancer'), ['hook-1', 'hook-2', 'check-1']);
    assert.deepEqual(stepsOf(plan, 'activate', 'web1'), ['arm', 'activate', 'hook-1', 'hook-2', 'check-1']);
  });

  it('keep the order of hooks by their place, however the config lists them', () => {
    const plan = rollingWith(['before check', 'after activate']);
    assert.deepEqual(stepsOf(plan, 'after activate', 'balancer'), ['hook-2', 'hook-1', 'check-1']);
    assert.deepEqual(stepsOf(plan, 'activate', 'web2'), ['arm', 'activate', 'hook-2', 'hook-1', 'check-1']);
  });
});

describe('a rollback that moves some hosts only', () => {
  const target = '20260302100000';
  for (const batch of [{ kind: 'all' }, { kind: 'count', count: 1 }] as const)
    it(`leaves those alone that serve the release already, in batches of ${batch.kind}`, () => {
      const there = usedHost();
      there.current = target;
      const hosts = { web1: usedHost(), web2: there };
      const on = ['web1', 'web2'];
      const hooks = [
        aHook({ when: 'before', phase: 'activate', hosts: on }),
        aHook({ when: 'after', phase: 'activate', hosts: on }),
        aHook({ when: 'after', phase: 'finish', hosts: on }),
      ];
      const plan = planOn(hosts, (wish) =>
        planRollback({ ...wish, settings: { ...wish.settings, hooks, batch, checks: [checkOn(on)] } }, target),
      );
      assert.deepEqual(Object.keys(plan.paths), ['web1']);
      assert.deepEqual([...new Set(plan.phases.flatMap((phase) => Object.keys(phase.steps)))], ['web1']);
      assert.deepEqual([...new Set(plan.phases.flatMap((phase) => phase.batches.flat()))], ['web1']);
    });
});

/** Two hosts one after the other, and a balancer that receives no code; every hook and the check are on all three. */
function rollingWith(places: readonly ('after activate' | 'before check')[]): Plan {
  const hosts = [aHost('balancer', { receivesCode: false }), aHost('web1'), aHost('web2')];
  const names = hosts.map((host) => host.name);
  const hooks = places.map((place) => {
    const [when, phase] = place.split(' ') as [Hook['when'], Hook['phase']];
    return aHook({ when, phase, hosts: names });
  });
  const settings = settingsFor(hosts, { hooks, batch: { kind: 'count', count: 1 }, checks: [checkOn(names)] });
  const facts = Object.fromEntries(names.map((name) => [name, memoryFacts(usedHost(), '2026-03-22T12:00:00Z')]));
  const planned = planDeploy(aWish(settings, facts), wanted);
  assert.ok(planned.ok);
  return planned.plan;
}

function checkOn(hosts: readonly string[]): Check {
  return { kind: 'command', name: 'up', run: 'true', retry: { withinMs: 1000, everyMs: 500 }, hosts };
}

function batchesAt(plan: Plan, name: string) {
  return plan.phases.find((phase) => phase.name === name)?.batches;
}

function stepsOf(plan: Plan, name: string, host: string): readonly string[] | undefined {
  return plan.phases.find((phase) => phase.name === name)?.steps[host]?.map((step) => step.id);
}

function planWith(names: readonly string[], hooks: readonly Hook[]): Plan {
  const hosts = Object.fromEntries(names.map((name) => [name, usedHost()]));
  return planOn(hosts, (wish) => planDeploy({ ...wish, settings: { ...wish.settings, hooks } }, wanted));
}

function shape(plan: Plan): readonly string[] {
  return plan.phases.map((phase) => `${phase.name}${phase.waits ? '!' : ''}`);
}
