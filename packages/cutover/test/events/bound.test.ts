import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundOutput } from '../../src/events/bound.ts';

const cases: readonly (readonly [string, readonly string[], string])[] = [
  ['lets an output through that has room', ['abc', 'de'], 'abc|de|'],
  ['tells nothing twice and leaves nothing out while first and last have room', ['abcdef', 'gh'], 'abcde||fgh'],
  [
    'keeps the first and the last of what is longer, and says how much is missing',
    ['abc', 'defghij', 'kl'],
    'abc|de||\n(4 characters of output were left out here.)\njkl',
  ],
];

describe('boundOutput', () => {
  for (const [name, pieces, expected] of cases)
    it(name, () => {
      const bound = boundOutput({ first: 5, last: 3 });
      assert.equal([...pieces.map((piece) => bound.push(piece)), bound.end()].join('|'), expected);
    });
});
