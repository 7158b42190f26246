import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ActivationFacts } from '../../src/model/facts.ts';
import { activationNotes } from '../../src/report/activations.ts';

const open: ActivationFacts = {
  deployment: '20261129030400-mli5',
  release: '20261129030400',
  previous: '20261129030333',
  since: '2026-11-29T23:55:10Z',
  withinSeconds: 730,
  onLost: 'revert',
  verdict: 'open',
  isGuarded: true,
};

it('when a host goes back by itself is told as a time and how far ahead that is, by its own clock', () => {
  const told = (clock: string, more: Partial<ActivationFacts> = {}) =>
    activationNotes({ clock, activations: [{ ...open, ...more }] });
  const back = '20261129030400 is not confirmed yet: goes back to 20261129030333 by itself';
  assert.deepEqual(told('2026-11-29T23:55:20Z'), [`${back} at 2026-11-30 00:07 UTC (in 12 minutes)`]);
  assert.deepEqual(told('2026-11-30T00:07:19Z'), [`${back} at 2026-11-30 00:07 UTC (in 1 second)`]);
  assert.deepEqual(told('2026-11-30T00:08:00Z'), [`${back} any moment now`]);
  assert.deepEqual(told('2026-11-30T00:08:00Z', { previous: null, isGuarded: false }), [
    '20261129030400 was put in service at 2026-11-29 23:55 UTC (12 minutes ago) and never confirmed',
  ]);
  assert.deepEqual(told('2026-11-30T00:08:00Z', { verdict: 'confirmed' }), []);
});
