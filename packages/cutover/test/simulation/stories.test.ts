import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault, Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

describe('stories that the simulation once found', () => {
  it('a connection that is lost in a step that only warns, and is back when the host was given up: nothing happens twice', async () => {
    for (let seed = 1; seed <= 20; seed += 1)
      await goesWell(scenario(seed, [linkDown({ step: 'prune', afterMs: 8, forMs: 126_000 })]));
  });
});

async function goesWell(played: Scenario): Promise<void> {
  const { breaches, story } = await simulate(played, { isTold: true });
  assert.deepEqual(breaches, [], story.join('\n'));
}

function linkDown(parts: { readonly step: string; readonly afterMs: number; readonly forMs: number }): Fault {
  const { step, afterMs, forMs } = parts;
  return { kind: 'link-down', driver: 'ann', host: 'web1', when: { driver: 'ann', step, afterMs }, forMs };
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
