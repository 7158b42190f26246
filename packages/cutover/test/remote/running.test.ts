import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Follower } from '../../src/remote/follow.ts';
import { Running, unheededMs } from '../../src/remote/running.ts';
import { Wire } from '../../src/remote/wire.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';

describe('a host that does not end what it is told to end', () => {
  it('is given up in the end', async () => {
    const running = runningOnNothing();
    const ending = await running.end(AbortSignal.abort(), 50 - unheededMs);
    assert.ok('greeted' in ending && running.isGivenUp);
  });

  it('is not given up while anything is heard of it: much may be on its way before its end', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const running = runningOnNothing();
    const ending = running.end(AbortSignal.abort(), 1000);
    for (let pieces = 0; pieces < 10; pieces += 1) {
      mock.timers.tick(unheededMs);
      running.hear({ kind: 'bytes', bytes: Buffer.from('on and on\n') });
    }
    assert.equal(running.isGivenUp, false);
    mock.timers.tick(unheededMs + 1000);
    assert.equal(running.isGivenUp, true);
    mock.timers.reset();
    await ending;
  });
});

/** What nothing is ever heard of by itself. */
function runningOnNothing(): Running {
  const wire = new Wire({ command: 'sleep', args: ['1000'], nonce: 'n', input: '', isFar: false }, () => undefined);
  const segment = segmentOf([stepOf('one', 'sleep 1000')]);
  const run = { seq: 1, nonce: 'n', joins: null };
  return new Running({ segment, ...run, follower: new Follower(segment, run, new Recorder()) }, wire);
}
