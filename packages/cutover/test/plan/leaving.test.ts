import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ByHost } from '../../src/model/host.ts';
import type { ReleaseName } from '../../src/model/release.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import { treesNextTime } from '../../src/plan/leaving.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { emptyHost, type MemoryHost } from '../../src/remote/memory/host.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { noonMs, wanted } from '../kit/wishes.ts';

const hosts: Readonly<Record<string, () => MemoryHost>> = {
  'a new host': emptyHost,
  'a host with a failed release': usedHost,
};

describe('the trees that the next deployment can build upon', () => {
  for (const [where, make] of Object.entries(hosts))
    for (const keep of [1, 2, 3, 5])
      it(`are foreseen on ${where} that keeps ${keep}, deployment after deployment`, async () => {
        const host = { web1: make() };
        let foreseen: ByHost<readonly string[]> | null = null;
        for (const [i, tree] of ['a1', 'b2', 'c3', 'a1', 'd4', 'e5', 'e5', 'f6', 'a7'].entries()) {
          const nowMs = noonMs + i * 60_000;
          const made = plannedAt(host, { keep, tree, nowMs });
          if (foreseen !== null && made.have !== null) assert.deepEqual({ web1: made.have }, foreseen);
          foreseen = made.foreseen;
          assert.equal((await rehearse(made.plan, host, { nowMs })).result?.outcome, 'succeeded');
          keepTrees(host.web1, made.plan.release ?? '', tree);
        }
      });
});

function plannedAt(host: ByHost<MemoryHost>, { keep, tree, nowMs }: { keep: number; tree: string; nowMs: number }) {
  let foreseen: ByHost<readonly string[]> = {};
  const plan = planOn(
    host,
    (found) => {
      const wish: Wish = { ...found, nowMs, settings: { ...found.settings, keep } };
      const planned = planDeploy(wish, { ...wanted, tree });
      foreseen = treesNextTime(wish, (planned.ok && planned.plan.release) || '', tree);
      return planned;
    },
    `at-${nowMs}`,
  );
  return { plan, foreseen, have: haveIn(plan) };
}

/** The repository of a host has the trees of the releases that are there. */
function keepTrees({ trees, directories }: MemoryHost, release: ReleaseName, tree: string): void {
  trees.set(release, tree);
  for (const name of trees.keys()) if (!directories.has(name)) trees.delete(name);
}

/** What the host is said to have; null where it lacks nothing. */
function haveIn(plan: Plan): readonly string[] | null {
  const steps = plan.phases.flatMap((phase) => phase.steps['web1'] ?? []);
  const payload = steps.find(({ id }) => id === 'receive')?.payload ?? null;
  return payload?.kind === 'git-pack' ? payload.have : null;
}
