import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { apart } from '../kit/apart.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { scenarios } from '../kit/plans.ts';
import { noonMs, wanted } from '../kit/wishes.ts';
import { hourMs, wishAt } from './takers.ts';

const takers = new URL('takers.ts', import.meta.url);

describe('the lock of a deployment whose driver died', () => {
  for (const { name } of scenarios)
    it(`is taken over by the next one, which succeeds without help: ${name}`, () => apart(takers, 'takesOver', name));

  it('is left alone while it gave a sign of life lately, and while its guard waits', () => {
    const host = usedHost();
    host.lock = { deployment: 'x', kind: 'deploy', by: 'a@b', pid: 1, since: '2026-03-22T12:00:00Z', what: 'main' };
    host.beatMs = noonMs;
    assert.deepEqual(refusals(host, noonMs + 179_000), ['locked']);
    assert.deepEqual(refusals(host, noonMs + 181_000), []);
    assert.deepEqual(refusals(host, noonMs - 59_000), ['locked'], 'a clock may be a little off');
    assert.deepEqual(refusals(host, noonMs - 61_000), [], 'the host watches where its clock was set back');
    const order = { withinMs: hourMs, onLost: 'revert', failed: null } as const;
    const guard = { release: '20260304100000', previous: '20260302100000', order, dueMs: noonMs + hourMs } as const;
    host.guards.set('x', { ...guard, verdict: 'open' });
    assert.deepEqual(refusals(host, noonMs + 181_000), ['locked']);
    host.guards.set('x', { ...guard, verdict: 'reverted' });
    assert.deepEqual(refusals(host, noonMs + 21_000), []);
  });
});

function refusals(host: MemoryHost, nowMs: number): readonly string[] {
  const planned = planDeploy(wishAt(nowMs, { web1: host }), wanted);
  return planned.ok ? [] : planned.refusals.map(({ kind }) => kind);
}
