import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawScenario } from './draw.ts';
import { playSeeds, storyOf } from './seeds.ts';
import { simulate } from './simulate.ts';

/** As many seeds as there are, or as many as fit: a slow machine plays fewer, and says so. */
const most = Number(process.env.CUTOVER_SEEDS ?? 10_000);
const limitMs = 40_000;

describe('the simulation', () => {
  it('finds nothing that was not as promised, whatever goes wrong together', async (t) => {
    const { seeds, failed, ends } = await playSeeds(1, most, { untilMs: performance.now() + limitMs });
    t.diagnostic(`${seeds} seeds: ${JSON.stringify(ends)}`);
    assert.equal(failed, null, failed === null ? '' : await storyOf(failed));
    assert.ok(seeds >= 300, `only ${seeds} seeds were played in ${limitMs / 1000} seconds`);
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
