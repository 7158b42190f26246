import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { padBefore, padTo, truncate, widthOf } from '../../src/report/width.ts';
import { ago, count, duration, durationInWords, hostList, moment } from '../../src/report/words.ts';

const nowMs = Date.parse('2026-11-23T15:00:00Z');
const figures: readonly (readonly [number, string, string])[] = [
  [0, '0.0 s', '0 seconds'],
  [420, '0.4 s', '0.4 seconds'],
  [1000, '1.0 s', '1 second'],
  [9_960, '10 s', '10 seconds'],
  [12_400, '12 s', '12 seconds'],
  [125_000, '2:05 min', '2 minutes 5 seconds'],
  [600_000, '10:00 min', '10 minutes'],
  [3_720_000, '1:02 h', '62 minutes'],
  [17_999_000, '4:59 h', '5 hours'],
];

const truncations: readonly (readonly [string, number, string])[] = [
  ['short', 10, 'short'],
  ['receive the code', 8, 'receive…'],
  ['漢字漢字', 5, '漢字…'],
  ['漢字漢字', 4, '漢…'],
  ['\x1b[31mreceive the code\x1b[39m', 8, '\x1b[31mreceive\x1b[39m…\x1b[0m'],
  ['any', 0, ''],
];

describe('words', () => {
  for (const [ms, figure, words] of figures) {
    it(`${ms} ms is ${figure} in a column and ${words} in a sentence`, () => {
      assert.equal(duration(ms), figure);
      assert.equal(durationInWords(ms), words);
    });
  }

  it('a list of hosts reads as a sentence and never grows long', () => {
    assert.equal(hostList(['web1']), 'web1');
    assert.equal(hostList(['web1', 'web2', 'web3']), 'web1, web2 and web3');
    assert.equal(hostList(['a', 'b', 'c', 'd', 'e'], 4), 'a, b, c and 2 more hosts');
  });

  it('one host is one host', () => {
    assert.deepEqual([count(1, 'host'), count(3, 'host')], ['1 host', '3 hosts']);
  });

  it('a moment is told from now', () => {
    assert.equal(ago('2026-11-23T14:57:00Z', nowMs), '3 minutes ago');
    assert.equal(ago('2026-11-22T15:00:00Z', nowMs), 'yesterday');
    assert.equal(ago('2026-11-23T15:00:00Z', nowMs), 'now');
    assert.equal(ago('no date', nowMs), '');
    assert.equal(moment('2026-11-23T14:57:00Z', nowMs), '2026-11-23 14:57 UTC (3 minutes ago)');
  });

  it('what was told by a clock that is ahead did not happen in times to come', () => {
    assert.equal(ago('2026-11-23T15:00:40Z', nowMs), 'now');
    assert.equal(ago('2026-11-23T15:53:00Z', nowMs), '53 minutes ahead');
    assert.equal(ago('2026-11-23T16:00:00Z', nowMs), '1 hour ahead');
    assert.equal(
      moment('2026-11-23T15:53:00Z', nowMs),
      '2026-11-23 15:53 UTC (by a clock that is 53 minutes ahead, or more)',
    );
  });
});

describe('width', () => {
  for (const [text, columns, expected] of truncations) {
    it(`${JSON.stringify(text)} in ${columns} columns`, () => assert.equal(truncate(text, columns), expected));
  }

  it('no text is ever wider than it may be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        assert.ok(widthOf(truncate(text, columns)) <= columns);
      }),
    );
  });

  it('pads by columns, not by characters', () => {
    assert.deepEqual([padTo('漢', 4), padBefore('\x1b[31mx\x1b[39m', 3)], ['漢  ', '  \x1b[31mx\x1b[39m']);
  });
});
