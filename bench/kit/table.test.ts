import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from './statistics.ts';
import { table } from './table.ts';

test('names stand to the left and numbers to the right, and short rows end early', () => {
  const text = table([
    ['', 'seconds', 'kB'],
    ['floor', '0.7', '10'],
    ['capistrano', 'not measured'],
  ]);
  assert.equal(text, '                 seconds  kB\nfloor                0.7  10\ncapistrano  not measured');
});

test('the median of an even number of values is the mean of the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([3, 1, 2]), 2);
  assert.throws(() => median([]), RangeError);
});
