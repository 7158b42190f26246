import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { SharedPath } from '../../src/model/settings.ts';
import { link } from '../../src/plan/steps/link.ts';
import { makeWritable } from '../../src/plan/steps/writable.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';

const directory = (from: string, to = from): SharedPath => ({ type: 'directory', from, to, required: true });
const inRelease = (file: string) => join('releases', placeRelease, file);

for (const shell of shells)
  describe(`shared paths, linked by ${shell.join(' ')}`, () => {
    it('get their first content whole, though the copy of it was broken off before', (t) => {
      const place = placeFor(t, emptyHost());
      const [large, small] = ['x'.repeat(100_000), 'small\n'];
      const ship = () =>
        place.write({ [inRelease('storage/large.bin')]: large, [inRelease('storage/small.txt')]: small });
      ship();
      const full = place.run(linking(place), { shell, first: "trap '' XFSZ; ulimit -f 16" });
      assert.notEqual(full.status, 0);
      assert.equal(existsSync(join(place.path, 'storage.first')), false, 'half of it takes no room');
      ship();
      succeeds(place.run(linking(place), { shell }));
      assert.equal(readFileSync(join(place.path, 'storage/large.bin'), 'utf8'), large);
      assert.equal(readFileSync(join(place.path, 'storage/small.txt'), 'utf8'), small);
    });

    it('get their first content though another shared path lies within them', (t) => {
      const shared = [directory('public/uploads', 'storage/app/uploads'), directory('storage')];
      const place = placeFor(t, emptyHost(), { shared });
      place.write({ [inRelease('storage/framework/x')]: 'x', [inRelease('public/uploads/y')]: 'y' });
      succeeds(place.run(linking(place), { shell }));
      assert.ok(existsSync(join(place.path, 'storage/framework/x')), 'what the release ships is there');
      assert.ok(existsSync(join(place.path, 'storage/app/uploads/y')), 'what it ships within is there too');
    });

    it('are led to by whole paths where releases is a link to another disk', (t) => {
      const place = placeFor(t, emptyHost(), { shared: [directory('public/uploads')] });
      const disk = join(place.directory, 'disk/web');
      mkdirSync(join(disk, placeRelease), { recursive: true });
      rmSync(join(place.path, 'releases'), { recursive: true });
      symlinkSync(disk, join(place.path, 'releases'));
      succeeds(place.run(linking(place), { shell }));
      assert.equal(readlinkSync(join(disk, placeRelease, 'public/uploads')), join(place.path, 'public/uploads'));
      assert.ok(existsSync(join(disk, placeRelease, 'public/uploads')));
    });

    it('may begin with a dash', (t) => {
      const shared: readonly SharedPath[] = [
        directory('-logs'),
        { type: 'file', from: '-env', to: '-env', required: true },
      ];
      const place = placeFor(t, emptyHost(), { shared });
      place.write({ '-env': 'A=1\n', [inRelease('-logs/kept')]: '' });
      succeeds(place.run(linking(place), { shell }));
      assert.equal(readlinkSync(join(place.path, inRelease('-logs'))), '../../-logs');
      assert.equal(readlinkSync(join(place.path, inRelease('-env'))), '../../-env');
      assert.ok(existsSync(join(place.path, '-logs/kept')));
    });
  });

describe('what is made writable', () => {
  it('is nothing behind a link that the release ships into shared data', (t) => {
    const place = placeFor(t, emptyHost(), {
      writable: { paths: ['files'], way: 'mode', user: null, group: null },
    });
    const upload = join(place.path, 'storage/upload.bin');
    place.write({ 'storage/upload.bin': 'x' });
    chmodSync(upload, 0o600);
    symlinkSync('../../storage', join(place.path, inRelease('files')));
    succeeds(place.run(makeWritable(place.job, place.site)?.script ?? 'exit 1'));
    assert.equal((statSync(upload).mode & 0o777).toString(8), '600');
  });

  it('may begin with a dash, in the release and among what is shared', (t) => {
    const place = placeFor(t, emptyHost(), {
      shared: [directory('-logs')],
      writable: { paths: ['-cache', '-logs'], way: 'mode', user: null, group: null },
    });
    mkdirSync(join(place.path, '-logs'), { mode: 0o500 });
    succeeds(place.run(makeWritable(place.job, place.site)?.script ?? 'exit 1'));
    for (const path of ['-logs', inRelease('-cache')])
      assert.equal(statSync(join(place.path, path)).mode & 0o770, 0o770, path);
  });
});

function linking({ job, site }: Place): string {
  return link(job, site)?.script ?? 'exit 1';
}

function succeeds({ status, said }: ReturnType<Place['run']>): void {
  assert.equal(status, 0, said);
}
