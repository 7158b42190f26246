import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { playOnAll } from './crew.ts';
import { drawScenario } from './draw.ts';
import { storyOf } from './seeds.ts';
import { simulate } from './simulate.ts';

/** The same seeds on every machine: what is found does not depend on how fast one is. */
const count = Number(process.env.CUTOVER_SEEDS ?? 10_000);

describe('the simulation', () => {
  it('finds nothing that was not as promised, whatever goes wrong together', async (t) => {
    const { seeds, failed, ends } = await playOnAll(1, count);
    t.diagnostic(`${seeds} seeds: ${JSON.stringify(ends)}`);
    assert.equal(failed, null, failed === null ? '' : await storyOf(failed));
    assert.equal(seeds, count);
    for (const end of ['succeeded', 'undone', 'stuck', 'refused', 'died'])
      assert.ok((ends[end] ?? 0) > seeds / 50, `hardly any driver ended as ${end}`);
  });

  it('tells the same story for the same seed', async () => {
    for (const seed of [9, 31, 177, 210]) {
      const [first, second] = [await played(seed), await played(seed)];
      assert.deepEqual(first, second);
      assert.ok(first.length > 5);
    }
  });
});

async function played(seed: number): Promise<readonly string[]> {
  return (await simulate(drawScenario(seed), { isTold: true })).story;
}
