import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Danger, dangerOf } from '../../src/plan/purge/judge.ts';

const release = '20260101000000';
const overlapping: Danger = { kind: 'overlaps', release: '20260322120000' };

/** A prefix, the prefixes of releases that stay, and why its keys must not be removed. */
const cases: readonly (readonly [string, Readonly<Record<string, string>>, Danger | null])[] = [
  [`shop:${release}:`, { '20260322120000': 'shop:20260322120000:' }, null],
  [`${release}_shop_cache_:`, {}, null],
  [`rel[1]*:${release}:`, { '20260322120000': 'rel[1]*:20260322120000:' }, null],
  [`a|${release}|`, {}, null],
  [`2026:${release}/`, {}, null],
  ['', {}, { kind: 'empty' }],
  ['shop:', {}, { kind: 'names-no-release' }],
  ['shop:20260322120000:', {}, { kind: 'names-no-release' }],
  [`shop:1${release}:`, {}, { kind: 'names-no-release' }],
  [`shop:${release}1:`, {}, { kind: 'names-no-release' }],
  [`x${release}:`, {}, { kind: 'names-no-release' }],
  [`shop:${release}`, {}, { kind: 'unterminated' }],
  [`shop:${release}:cache`, {}, { kind: 'unterminated' }],
  [`shop:${release}:`, { '20260322120000': `shop:${release}:20260322120000:` }, overlapping],
  [`shop:${release}:`, { '20260322120000': `shop:${release}:` }, overlapping],
];

describe('a prefix', () => {
  for (const [prefix, others, danger] of cases)
    it(`"${prefix}" ${danger === null ? 'can be purged' : `is refused: ${danger.kind}`}`, () => {
      assert.deepEqual(dangerOf({ prefix, release, others }), danger);
    });
});
