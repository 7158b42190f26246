import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintPlan } from '../../src/plan/lint.ts';
import type { Phase, Plan, Step } from '../../src/plan/plan.ts';
import { scenarios } from '../kit/plans.ts';

/** Each rule is broken in a plan that is sound otherwise, and the linter says which. */
describe('the linter of plans', () => {
  const cases: readonly (readonly [string, (plan: Plan) => Plan, RegExp])[] = [
    [
      'a change before the lock',
      (plan) => ({ ...plan, phases: plan.phases.slice(1) }),
      /changed before its lock is taken/,
    ],
    [
      'a hook before the locks of all',
      (plan) => eachPhase(plan, (phase) => (phase.name === 'before build' ? { ...phase, waits: false } : phase)),
      /begins before all locks are taken/,
    ],
    ['a lock that is never given back', (plan) => ({ ...plan, closing: {} }), /never gets its lock back/],
    ['two steps of one name', (plan) => eachStep(plan, (step) => ({ ...step, id: 'same' })), /two steps called same/],
    ['a step without a limit', (plan) => eachStep(plan, (step) => ({ ...step, limitMs: 0 })), /has no time limit/],
    [
      'an activation that cannot be undone',
      (plan) =>
        eachStep(plan, (step) => (step.id === 'activate' ? { ...step, undo: { kind: 'none', why: 'No.' } } : step)),
      /has no undo/,
    ],
    [
      'hosts that activate without waiting',
      (plan) => eachPhase(plan, (phase) => ({ ...phase, waits: false })),
      /without waiting/,
    ],
    [
      'building after the activation',
      (plan) => ({ ...plan, phases: plan.phases.toReversed() }),
      /after the activation began/,
    ],
    [
      'a release that is never confirmed',
      (plan) => ({ ...plan, phases: plan.phases.filter((phase) => phase.name !== 'confirm') }),
      /never recorded as live/,
    ],
    [
      'warning only before the release is confirmed',
      (plan) => eachPhase(plan, (phase) => (phase.name === 'check' ? { ...phase, onFailure: 'warn' } : phase)),
      /only warns, before/,
    ],
  ];
  for (const [name, breaking, complaint] of cases) {
    it(`names ${name}`, () => {
      const plan = scenarios.find((scenario) => scenario.name.includes('hooks and checks'))?.make().plan;
      assert.ok(plan);
      assert.deepEqual(lintPlan(plan), []);
      assert.match(lintPlan(breaking(plan)).join('\n'), complaint);
    });
  }
});

function eachPhase(plan: Plan, change: (phase: Phase) => Phase): Plan {
  return { ...plan, phases: plan.phases.map(change) };
}

function eachStep(plan: Plan, change: (step: Step) => Step): Plan {
  return eachPhase(plan, (phase) => ({
    ...phase,
    steps: Object.fromEntries(Object.entries(phase.steps).map(([host, steps]) => [host, steps.map(change)])),
  }));
}
