import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAsMeant, type Report } from '../../src/demo/act.ts';
import { numbersOf } from '../../src/demo/numbers.ts';
import { type Chapter, type Flaw, fewestReleases, storyOf } from '../../src/demo/story.ts';
import { counted, emptyTally } from '../../src/demo/visitors/tally.ts';
import { initialState } from '../../src/events/state.ts';
import type { Outcome } from '../../src/model/deployment.ts';

describe('the story', () => {
  for (let count = fewestReleases; count <= 30; count++) {
    it(`of ${count} releases begins and ends with a sound one and has one broken in its build and one in its check`, () => {
      const story = storyOf(count);
      assert.equal(story.length, count);
      assert.deepEqual(story.flatMap(({ flaw }) => flaw ?? []).sort(), ['build', 'check']);
      assert.equal(story.at(0)?.flaw, null);
      assert.equal(story.at(-1)?.flaw, null);
    });
  }
});

describe('a release', () => {
  const cases: readonly (readonly [string, Flaw | null, Outcome, number | null, boolean])[] = [
    ['that is sound and in service is as it was meant', null, 'succeeded', 2, true],
    ['that is sound and not in service is not', null, 'undone', 1, false],
    ['that is said to be in service while another one is, is not', null, 'succeeded', 1, false],
    ['whose build fails and that is refused is as it was meant', 'build', 'undone', 1, true],
    ['whose check fails and that is put back is as it was meant', 'check', 'undone', 1, true],
    ['that is broken and in service is not', 'check', 'succeeded', 2, false],
    ['that is broken and stuck in service is not', 'check', 'stuck', 2, false],
    ['that is broken and leaves nothing in service is not', 'build', 'undone', null, false],
  ];
  for (const [name, flaw, outcome, serves, isMeant] of cases) {
    it(name, () => {
      const report = reportOf({ flaw, outcome, serves });
      assert.equal(isAsMeant(report), isMeant);
      assert.equal(numbersOf([report], someTally, 'a test').passed, isMeant);
    });
  }
});

describe('the numbers', () => {
  const sound = reportOf({ flaw: null, outcome: 'succeeded', serves: 2 });

  it('do not pass when one answer was not good', () => {
    const tally = counted(someTally, { fault: 'mixed', why: 'One page came from releases 1 and 2.' }, null);
    const numbers = numbersOf([sound], tally, 'a test');
    assert.deepEqual([numbers.passed, numbers.mixed, numbers.requests], [false, 1, 2]);
    assert.deepEqual(numbers.complaints, ['One page came from releases 1 and 2.']);
  });

  it('do not pass when nobody came', () => {
    assert.equal(numbersOf([sound], emptyTally, 'a test').passed, false);
  });
});

const someTally = counted(emptyTally, null, 1);

function reportOf(parts: { flaw: Flaw | null; outcome: Outcome; serves: number | null }): Report {
  const chapter: Chapter = { number: 2, flaw: parts.flaw, message: '' };
  const state = { ...initialState, outcome: parts.outcome };
  return {
    act: { kind: 'release', chapter, of: 4 },
    deployed: { state, serves: null, tookMs: 1, said: '' },
    before: 1,
    serves: parts.serves,
    requests: 1,
    spoilt: 0,
    pages: 0,
  };
}
