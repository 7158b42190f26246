import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Safeguard } from './safeguards.ts';
import { playSeeds, storyOf } from './seeds.ts';

/** Each is found alone, or together with the one that holds when it fails: two that stand behind each other. */
const removals: readonly { readonly without: readonly Safeguard[]; readonly says: RegExp }[] = [
  { without: ['ownership'], says: /without the lock/ },
  { without: ['fencing'], says: /without the lock/ },
  { without: ['exclusive lock'], says: /took the lock that .* held/ },
  { without: ['basis'], says: /goes on with a plan that was made while/ },
  { without: ['own unlock'], says: /"unlock" of .* without the lock/ },
  { without: ['verify'], says: /incomplete, gone or failed/ },
  { without: ['flush'], says: /unsound|incomplete/ },
  { without: ['barrier'], says: /activates while .* has not built/ },
  { without: ['own restore'], says: /which it did not put there/ },
  { without: ['keep before undo', 'in service stays'], says: /incomplete, gone or failed/ },
  { without: ['revert guard'], says: /serves for ever what nobody has confirmed/ },
  { without: ['one decision'], says: /was left with|does not succeed|goes back from what was confirmed/ },
  { without: ['guarded by the lock'], says: /although the lock is somebody else's/ },
];

const within = 1500;

describe('the simulation, where a safeguard is missing,', () => {
  for (const { without, says } of removals)
    it(`notices within ${within} seeds: ${without.join(' and ')}`, async (t) => {
      const { seeds, failed } = await playSeeds(1, within, { without });
      assert.notEqual(failed, null, `${seeds} seeds were played, and nothing was noticed`);
      t.diagnostic(`found at seed ${failed}`);
      assert.match((await storyOf(failed ?? 0, { without })).split('\n')[0] ?? '', says);
    });
});
