import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lock } from '../../src/plan/steps/lock.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { placeFor, shells } from '../kit/place.ts';

describe('taking the lock', () => {
  for (const shell of shells)
    it(`leaves the journals of the last twenty deployments, in ${shell.join(' ')}`, (t) => {
      const place = placeFor(t, hostWith([]));
      const runs = join(place.path, '.cutover/runs');
      const names = Array.from({ length: 24 }, (_, i) => `202603${String(i + 1).padStart(2, '0')}120000-abcd`);
      for (const name of [...names, place.job.holder.deployment]) mkdirSync(join(runs, name, '1'), { recursive: true });
      rmSync(join(place.path, '.cutover/lock'), { recursive: true });
      const { status, said } = place.run(
        lock(place.job.wish, place.site, { holder: place.job.holder, isPatient: false }).script,
        { shell },
      );
      assert.equal(status, 0, said);
      assert.deepEqual(readdirSync(runs).sort(), [...names.slice(5), place.job.holder.deployment].sort());
    });
});
