import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure } from '../../src/model/failure.ts';
import type { Limits } from '../../src/model/settings.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { FaultKind } from '../../src/remote/memory/fault.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { aHook, wanted } from '../kit/wishes.ts';

const idleMs = 5000;
const phaseMs = 9000;

const cases: readonly (readonly [string, Partial<Limits>, { readonly idleMs?: number }, Failure])[] = [
  ['its own limit', {}, {}, { kind: 'timeout', afterMs: 20_000 }],
  ['the limit of its phase', { phaseMs }, {}, { kind: 'timeout', afterMs: phaseMs, of: 'phase' }],
  ['its limit without output', { phaseMs }, { idleMs }, { kind: 'timeout', afterMs: idleMs, of: 'idle' }],
];

describe('a hook that never ends', () => {
  for (const [what, limits, hook, failure] of cases)
    it(`is ended by ${what}, which is the cause, and everything is taken back`, async () => {
      const { result, served, hosts } = await stuckInHook(limits, hook, 'hang');
      assert.deepEqual([result?.outcome, result?.cause?.failure], ['undone', failure]);
      assert.deepEqual(
        Object.values(hosts).map(({ current }) => current),
        [served, served],
      );
    });

  it('is not ended for its silence while nothing could be heard', async () => {
    const { result } = await stuckInHook({ reconnectMs: 60_000 }, { idleMs }, 'unheard');
    assert.equal(result?.cause?.failure.kind, 'lost');
  });
});

async function stuckInHook(limits: Partial<Limits>, more: { readonly idleMs?: number }, kind: FaultKind) {
  const hosts = { web1: usedHost(), web2: usedHost() };
  const served = hosts.web1.current;
  const build = aHook({ when: 'before', phase: 'build', hosts: ['web1', 'web2'], limitMs: 20_000, ...more });
  const plan = planOn(hosts, (wish) => {
    const settings = { ...wish.settings, hooks: [build], limits: { ...wish.settings.limits, ...limits } };
    return planDeploy({ ...wish, settings }, wanted);
  });
  const fault = { host: 'web2', step: 'hook-1', time: 1, kind, moment: 'before' } as const;
  const { result } = await rehearse(plan, hosts, { faults: [fault] });
  return { result, served, hosts };
}
