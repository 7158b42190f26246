import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { thisProcess } from '../../src/cli/outside.ts';
import { lockWait } from '../../src/cli/wait.ts';

const hourMs = 3_600_000;

describe('who waits for a lock while the clock of the machine is set', () => {
  it('back, waits no longer than was said', async () => {
    const wait = lockWait(20, worldWhoseClockJumps(-hourMs));
    let turns = 0;
    while (turns < 5 && (await wait.again(AbortSignal.timeout(hourMs)))) turns += 1;
    assert.ok(turns < 5);
  });

  it('forward, waits all the same', async () => {
    const world = worldWhoseClockJumps(hourMs);
    await lockWait(60_000, world).again(AbortSignal.timeout(1));
    assert.match(world.said(), /waiting for the other deployment/);
  });
});

/** A world whose clock is another one by so much each time that somebody looks. */
function worldWhoseClockJumps(byMs: number) {
  let nowMs = Date.now();
  let said = '';
  return {
    ...thisProcess(),
    err: (text: string) => void (said += text),
    nowMs: () => (nowMs += byMs),
    said: () => said,
  };
}
