import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintPlan } from '../../src/plan/lint.ts';
import { apart } from '../kit/apart.ts';
import { scenarios } from '../kit/plans.ts';
import { endsAllNew } from './faults.ts';

const faults = new URL('faults.ts', import.meta.url);

for (const { name, make } of scenarios) {
  describe(`the fault test: ${name}`, () => {
    it('is a sound plan', () => assert.deepEqual(lintPlan(make().plan), []));
    it('ends all new when nothing goes wrong', () => endsAllNew(name));
    it('ends all old, all new, or says stuck, whatever single fault strikes', () =>
      apart(faults, 'settlesAfterOne', name));
    it('ends all old, all new, or says stuck, whatever pair of faults strikes', () =>
      apart(faults, 'settlesAfterTwo', name));
    it('never leaves an unsound release in service when the driver dies at any event, and the next deployment succeeds', () =>
      apart(faults, 'survivesTheDriver', name));
  });
}
