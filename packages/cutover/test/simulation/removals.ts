import assert from 'node:assert/strict';
import type { Safeguard } from './safeguards.ts';
import { playSeeds, storyOf } from './seeds.ts';

interface Removal {
  readonly without: readonly Safeguard[];
  /** What is said then. */
  readonly says: RegExp;
  /** The seed to begin with, for what shows itself rarely. */
  readonly from?: number;
}

/** What is left out. Each is found alone, or together with the one that holds when it fails: two that stand behind each other. */
export const removals: readonly Removal[] = [
  { without: ['ownership'], says: /without the lock/ },
  { without: ['fencing', 'armed'], says: /without the lock/, from: 4000 },
  { without: ['exclusive lock'], says: /took the lock that .* held/ },
  { without: ['basis'], says: /goes on with a plan that was made while/ },
  { without: ['own unlock'], says: /"unlock" of .* without the lock/ },
  { without: ['verify'], says: /incomplete, gone or failed/ },
  { without: ['flush'], says: /unsound|incomplete/ },
  { without: ['barrier'], says: /activates while .* has not built/ },
  { without: ['own restore'], says: /which it did not put there/ },
  { without: ['keep before undo', 'in service stays'], says: /incomplete, gone or failed/, from: 1000 },
  { without: ['revert guard'], says: /serves for ever what nobody has confirmed/ },
  { without: ['one decision'], says: /was left with|does not succeed|goes back from what was confirmed/, from: 2000 },
  { without: ['guarded by the lock'], says: /although the lock is somebody else's/ },
  { without: ['later moments'], says: /a rollback would go to/ },
];

/** So many seeds are enough for each. */
export const within = 1500;

/** That the simulation notices when these, by the name that `nameOf` gives them, are missing. */
export async function isNoticed(name: string): Promise<void> {
  const removal = removals.find((one) => nameOf(one) === name);
  assert.ok(removal, name);
  const { without, says, from = 1 } = removal;
  const { seeds, failed } = await playSeeds(from, within, { without });
  assert.notEqual(failed, null, `${seeds} seeds were played, and nothing was noticed`);
  assert.match((await storyOf(failed ?? 0, { without })).split('\n')[0] ?? '', says);
}

/** A removal, in words. */
export function nameOf({ without }: Removal): string {
  return without.join(' and ');
}
