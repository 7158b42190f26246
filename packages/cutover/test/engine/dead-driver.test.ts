import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDeploy } from '../../src/plan/deploy.ts';
import { goodTargets, prunable } from '../../src/plan/keep.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { noonMs, wanted } from '../kit/wishes.ts';

describe('a release whose driver died between its activation and its confirmation', () => {
  it('counts as one that served as soon as the next deployment succeeds', async () => {
    const { host, release } = await diedAfterActivation();
    assert.deepEqual(statesOf(host, release), ['building', 'ready']);
    await deployAgain(host);
    assert.deepEqual(statesOf(host, release), ['building', 'ready', 'live', 'retired']);
    const facts = memoryFacts(host, '2026-03-22T12:10:00Z');
    assert.equal(goodTargets(facts)[0]?.name, release);
    assert.ok(!prunable(facts, 2).includes(release), 'it is one of the two that are kept');
  });

  it('is where the rollback after that goes', async () => {
    const { host, release } = await diedAfterActivation();
    await deployAgain(host);
    const { result } = await rehearse(
      planOn({ web1: host }, (wish) => planRollback(wish, null), 'test-3'),
      { web1: host },
    );
    assert.deepEqual([result?.outcome, host.current], ['succeeded', release]);
  });

  it('keeps the record it has when the next deployment fails', async () => {
    const { host, release } = await diedAfterActivation();
    const fault = { host: 'web1', step: 'confirm', time: 1, kind: 'fail', moment: 'after' } as const;
    const { result } = await rehearse(nextPlan(host), { web1: host }, { faults: [fault] });
    assert.deepEqual([result?.outcome, host.current], ['undone', release]);
    assert.deepEqual(statesOf(host, release), ['building', 'ready']);
  });
});

/** The host, whose lock somebody has freed since. */
async function diedAfterActivation(): Promise<{ host: MemoryHost; release: string }> {
  const plan = (host: MemoryHost) => planOn({ web1: host }, (wish) => planDeploy(wish, wanted));
  const trial = usedHost();
  const { events } = await rehearse(plan(trial), { web1: trial });
  const activated = events.findIndex((event) => event.type === 'step.succeeded' && event.step === 'activate');
  const host = usedHost();
  await rehearse(plan(host), { web1: host }, { killAfter: activated + 1 });
  host.lock = null;
  const release = host.current ?? '';
  assert.equal(release, '20260322120000');
  return { host, release };
}

function nextPlan(host: MemoryHost) {
  return planOn({ web1: host }, (wish) => planDeploy({ ...wish, nowMs: noonMs + 60_000 }, wanted), 'test-2');
}

async function deployAgain(host: MemoryHost): Promise<void> {
  const { result } = await rehearse(nextPlan(host), { web1: host });
  assert.equal(result?.outcome, 'succeeded');
}

function statesOf(host: MemoryHost, release: string): readonly string[] | undefined {
  return host.records.get(release)?.states.map(({ state }) => state);
}
