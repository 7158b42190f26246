import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Follower } from '../../src/remote/follow.ts';
import { Running, unheededMs } from '../../src/remote/running.ts';
import { Wire } from '../../src/remote/wire.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';

describe('a host that does not end what it is told to end', () => {
  it('is given up in the end', async () => {
    const wire = new Wire({ command: 'sleep', args: ['1000'], nonce: 'n', input: '', isFar: false }, () => undefined);
    const segment = segmentOf([stepOf('one', 'sleep 1000')]);
    const run = { seq: 1, nonce: 'n', joins: null };
    const running = new Running({ segment, ...run, follower: new Follower(segment, run, new Recorder()) }, wire);
    const ending = await running.end(AbortSignal.abort(), 50 - unheededMs);
    assert.ok('greeted' in ending && running.isGivenUp);
  });
});
