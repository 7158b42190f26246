import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lock } from '../../src/plan/steps/lock.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, shells } from '../kit/place.ts';

describe('taking the lock', () => {
  for (const shell of shells)
    it(`leaves the journals of the last twenty deployments once there are more than thirty, in ${shell.join(' ')}`, (t) => {
      const place = placeFor(t, hostWith([]));
      const runs = join(place.path, '.cutover/runs');
      const own = place.job.holder.deployment;
      const names = Array.from({ length: 30 }, (_, i) => `202603${String(i + 1).padStart(2, '0')}120000-abcd`);
      for (const name of [...names.slice(1), own]) mkdirSync(join(runs, name, '1'), { recursive: true });
      assert.equal(locked(place, shell), 0);
      assert.deepEqual(readdirSync(runs).sort(), [...names.slice(1), own].sort());
      mkdirSync(join(runs, names[0] ?? '', '1'), { recursive: true });
      assert.equal(locked(place, shell), 0);
      assert.deepEqual(readdirSync(runs).sort(), [...names.slice(11), own].sort());
    });

  for (const shell of shells)
    it(`removes what came for deployments that died before they had it, in ${shell.join(' ')}`, (t) => {
      const place = placeFor(t, hostWith([]));
      const incoming = join(place.path, '.cutover/incoming');
      const old = new Date(Date.now() - 2 * 3600 * 1000);
      const sent = { dead: ['pack'], growing: ['pack', 'late'], freed: ['pack', 'locked'] };
      for (const [name, files] of Object.entries(sent)) {
        place.write(Object.fromEntries(files.map((file) => [`.cutover/incoming/${name}/${file}`, 'x'])));
        for (const file of ['pack', '.']) utimesSync(join(incoming, name, file), old, old);
      }
      assert.equal(locked(place, shell), 0);
      assert.deepEqual(readdirSync(incoming).sort(), ['freed', 'growing', 'test-1']);
    });
});

function locked({ path, job, site, run }: Place, shell: (typeof shells)[number]): number | null {
  rmSync(join(path, '.cutover/lock'), { recursive: true });
  return run(lock(job.wish, site, { holder: job.holder, isPatient: false }).script, { shell }).status;
}
