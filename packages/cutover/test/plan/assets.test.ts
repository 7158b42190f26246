import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { carryAssets } from '../../src/plan/steps/assets.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';

for (const shell of shells)
  describe(`the assets of the release before, carried over by ${shell.join(' ')}`, () => {
    it('stay behind where the new release has a file in the place of their directory', (t) => {
      const place = placeWith(t, { 'chunk/a.js': 'a', 'b.js': 'b' }, { chunk: 'a file' });
      carries(place, shell);
      assert.equal(readFileSync(fresh(place, 'chunk'), 'utf8'), 'a file');
      assert.equal(readFileSync(fresh(place, 'b.js'), 'utf8'), 'b');
    });

    it('stay behind where the new release has a directory in the place of their file', (t) => {
      const place = placeWith(t, { chunk: 'a file', 'b.js': 'b' }, { 'chunk/a.js': 'a' });
      carries(place, shell);
      assert.deepEqual(readdirSync(fresh(place, 'chunk')), ['a.js']);
      assert.equal(readFileSync(fresh(place, 'b.js'), 'utf8'), 'b');
    });

    it('stay behind where the new release has a link that leads nowhere', (t) => {
      const place = placeWith(t, { 'a.js': 'a', 'b.js': 'b' }, {});
      symlinkSync('nowhere.js', fresh(place, 'a.js'));
      carries(place, shell);
      assert.equal(readlinkSync(fresh(place, 'a.js')), 'nowhere.js');
      assert.ok(lstatSync(fresh(place, 'b.js')).isFile());
    });
  });

type Files = Readonly<Record<string, string>>;

/** Two releases with these assets: the one in service, and the one to come. */
function placeWith(t: Parameters<typeof placeFor>[0], old: Files, next: Files): Place {
  const memory = usedHost();
  const place = placeFor(t, memory, { assets: ['build'] });
  const below = (release: string, files: Files) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [join('releases', release, 'build', name), text]));
  place.write({ ...below(memory.current ?? '', old), ...below(placeRelease, next) });
  mkdirSync(fresh(place, ''), { recursive: true });
  return place;
}

function fresh(place: Place, file: string): string {
  return join(place.path, 'releases', placeRelease, 'build', file);
}

function carries(place: Place, shell: (typeof shells)[number]): void {
  const { status, said } = place.run(carryAssets(place.job, place.site)?.script ?? 'exit 1', { shell });
  assert.equal(status, 0, said);
}
