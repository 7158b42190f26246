import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Payload } from '../../src/model/payload.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { wanted } from '../kit/wishes.ts';

const oldest = '20260301100000';
const serves = '20260304100000';

describe('what is sent to a host', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, number, Payload | null])[] = [
    ['lacks nothing that a release there has', { [serves]: 'b' }, 3, pack(['b'])],
    ['is nothing when a release there has the very same tree', { [oldest]: wanted.tree ?? '' }, 3, null],
    ['is whole when the only release with its tree is removed before', { [oldest]: wanted.tree ?? '' }, 1, pack([])],
    ['builds on no release that is removed before', { [oldest]: 'a', [serves]: 'b' }, 1, pack(['b'])],
  ];
  for (const [name, trees, keep, payload] of cases) it(name, () => assert.deepEqual(sent(trees, keep), payload));
});

function pack(have: readonly string[]): Payload {
  return { kind: 'git-pack', tree: wanted.tree ?? '', have };
}

function sent(trees: Readonly<Record<string, string>>, keep: number): Payload | null | undefined {
  const host = usedHost();
  for (const [release, tree] of Object.entries(trees)) host.trees.set(release, tree);
  const plan = planOn({ web1: host }, (wish) => planDeploy({ ...wish, settings: { ...wish.settings, keep } }, wanted));
  return plan.phases.flatMap((phase) => phase.steps['web1'] ?? []).find((step) => step.id === 'receive')?.payload;
}
