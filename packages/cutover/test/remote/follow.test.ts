import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Follower } from '../../src/remote/follow.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';

describe('What follows a segment', () => {
  const segment = segmentOf([stepOf('one', ':')], { journal: '/shop/.cutover/runs/test/1' });
  const mark = (...words: readonly string[]) => ({ kind: 'mark', words }) as const;

  it('is missed when it is gone, but not while it is asked for anew: that which left is not looked for any more', () => {
    const follower = new Follower(segment, { seq: 1, nonce: 'abc', joins: null }, new Recorder());
    follower.hear(mark('started', '1', 'abc'));
    follower.again();
    assert.equal(follower.hear(mark('gone')), null);
    follower.hear(mark('started', '1', 'abc'));
    assert.deepEqual(follower.hear(mark('gone')), { kind: 'unfollowed' });
  });
});
