import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planDeploy } from '../../src/plan/deploy.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { wanted } from '../kit/wishes.ts';

it('closing work that is killed is told once, and its host is named', async () => {
  const hosts = { web1: usedHost() };
  const plan = planOn(hosts, (wish) => planDeploy(wish, wanted));
  const faults = [
    { host: 'web1', step: 'activate', time: 1, kind: 'fail', moment: 'before' },
    { host: 'web1', step: 'history', time: 1, kind: 'killed', moment: 'before' },
  ] as const;
  const { result, events } = await rehearse(plan, hosts, { faults });
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'closing.failed' ? [[event.step, event.failure]] : [])),
    [['history', { kind: 'exit', code: 137 }]],
  );
  assert.deepEqual([result?.outcome, result?.stuck], ['stuck', ['web1']]);
});
