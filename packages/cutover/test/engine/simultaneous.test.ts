import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { execute } from '../../src/engine/execute.ts';
import type { World } from '../../src/engine/world.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Fleet, Session } from '../../src/remote/session.ts';
import { virtualClock } from '../kit/clock.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { wanted } from '../kit/wishes.ts';

const distancesMs = { near: 1, far: 100, between: 35 } as const;

describe('hosts at different distances', () => {
  it('activate at the same moment: a near one is held back until the word to the farthest is about to arrive', async () => {
    const activated = await deployed();
    assert.deepEqual(Object.keys(activated).sort(), Object.keys(distancesMs).sort());
    assert.equal(new Set(Object.values(activated)).size, 1, JSON.stringify(activated));
  });

  it('are not held back by one that took very long to answer: it was busy', async () => {
    const activated = await deployed({ far: 5000 });
    const { near = 0, between = 0, far = 0 } = activated;
    assert.equal(near - between, distancesMs.near - distancesMs.between);
    assert.equal(far - near, 5000 - 500 - distancesMs.near);
  });

  it('do not activate any more when the deployment is stopped while they are held back', async () => {
    assert.deepEqual(Object.keys(await deployed({}, 'verify')), ['far']);
  });
});

/** When each host came to its activation. Everything on a host takes no time. */
async function deployed(more: Readonly<Record<string, number>> = {}, stopAfter: string | null = null) {
  const clock = virtualClock();
  const activated: Record<string, number> = {};
  const stop = new AbortController();
  const passed = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const sessionTo = (host: string, oneWayMs: number): Session => ({
    host,
    turnMs: 2 * oneWayMs,
    close: () => Promise.resolve(),
    async run({ steps }, progress) {
      await passed(oneWayMs);
      for (const { effect } of steps) if (effect.kind === 'activate') activated[host] = clock.now();
      await passed(oneWayMs);
      for (const { id } of steps) {
        progress.stepBegan(id);
        progress.stepEnded(id, 0);
        if (id === stopAfter && host === 'far') clock.after(10, () => stop.abort('Ctrl-C'));
      }
      return null;
    },
  });
  const away: Readonly<Record<string, number>> = { ...distancesMs, ...more };
  const fleet: Fleet = {
    session: (host) => Promise.resolve(sessionTo(host, away[host] ?? 0)),
    here: () => sessionTo('here', 0),
    close: () => Promise.resolve(),
  };
  const plan = planOn({ near: usedHost(), far: usedHost(), between: usedHost() }, (wish) => planDeploy(wish, wanted));
  const world: World = {
    fleet,
    clock,
    record() {},
    payload: () => Promise.resolve({ kind: 'open', bytes: 0, read: () => Readable.from([]) }),
    secrets: {},
    cancel: stop.signal,
    reconnectMs: 0,
    random: () => 0,
    by: 'ann@desk',
  };
  await execute(plan, world);
  clock.stop();
  return activated;
}
