import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DriverSpec, Fault, Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

describe('stories that the simulation once found', () => {
  it('a connection that is lost in a step that only warns, and is back when the host was given up: nothing happens twice', async () => {
    for (let seed = 1; seed <= 20; seed += 1)
      await goesWell(scenario(seed, [linkDown({ step: 'prune', afterMs: 8, forMs: 126_000 })]));
  });

  it('a resumption that is stopped before it has heard of all that the dead driver did: no lock is left, and no release', async () => {
    for (const afterEvents of [6, 25, 49, 55])
      for (let seed = 1; seed <= 5; seed += 1)
        for (const stopped of [2, 4, 8]) await goesWell(resumed(seed, afterEvents, stopped));
  });

  it('a host that ended everything by itself while its driver was away, and on which somebody has rolled back since: it is named', async () => {
    const ends = await Promise.all([1, 2, 3, 4, 5].map((seed) => goesWell(awayToTheEnd(seed, [ben]))));
    assert.ok(ends.includes('stuck'));
  });

  it('a release that a person put back in service by hand: it is what a rollback goes back to from the next one', async () => {
    for (const seed of [1, 2, 3])
      await goesWell(scenario(seed, [{ kind: 'by-hand', host: 'web1', when: { afterMs: 9000, step: null } }]));
  });

  it('a host that ended everything by itself while its driver was away, and that nobody has changed since: it has succeeded', async () => {
    for (const seed of [1, 2, 3, 4, 5]) assert.equal(await goesWell(awayToTheEnd(seed, [])), 'succeeded');
  });
});

const ben: DriverSpec = { name: 'ben', startsMs: 4751, wish: 'rollback', thinksMs: 0, isImpatient: false };

/** A deployment to one host, whose driver is away until it is over there. */
function awayToTheEnd(seed: number, others: readonly DriverSpec[]): Scenario {
  return {
    seed,
    hosts: [{ name: 'web1', past: 'used', stepMs: 20, roundTripMs: 200 }],
    drivers: [{ name: 'ann', startsMs: 778, wish: 'rolling', thinksMs: 0, isImpatient: false }, ...others],
    faults: [linkDown({ step: 'create', afterMs: 1, forMs: 126_000 })],
  };
}

/** Gives how the first driver ended. */
async function goesWell(played: Scenario): Promise<string | undefined> {
  const { breaches, story, ends } = await simulate(played, { isTold: true });
  assert.deepEqual(breaches, [], story.join('\n'));
  return ends[0];
}

function linkDown(parts: { readonly step: string; readonly afterMs: number; readonly forMs: number }): Fault {
  const { step, afterMs, forMs } = parts;
  return { kind: 'link-down', driver: 'ann', host: 'web1', when: { driver: 'ann', step, afterMs }, forMs };
}

/** A driver dies after so many events of its deployment to three hosts; who goes on with it presses Ctrl-C after so many of its own. */
function resumed(seed: number, diesAfter: number, stopsAfter: number): Scenario {
  return {
    seed,
    hosts: ['web1', 'web2', 'web3'].map((name, i) => ({
      name,
      past: 'used',
      stepMs: 20,
      roundTripMs: [1, 80, 200][i] ?? 1,
    })),
    drivers: [
      { name: 'ann', startsMs: 0, wish: 'deploy', thinksMs: 0, isImpatient: false },
      { name: 'dot', startsMs: 5000, wish: 'resume', thinksMs: 0, isImpatient: false },
    ],
    faults: [
      { kind: 'driver-dies', driver: 'ann', afterEvents: diesAfter },
      { kind: 'cancelled', driver: 'dot', afterEvents: stopsAfter },
    ],
  };
}

/** One driver deploys to one host that has served before. */
function scenario(seed: number, faults: readonly Fault[]): Scenario {
  return {
    seed,
    hosts: [{ name: 'web1', past: 'used', stepMs: 20, roundTripMs: 10 }],
    drivers: [{ name: 'ann', startsMs: 0, wish: 'deploy', thinksMs: 0, isImpatient: false }],
    faults,
  };
}
