import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { verifyTarget } from '../../src/plan/steps/verify-target.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';

const refusal = /\.cutover is on another file system than current/;

describe('where a swap was tried since the host was started', () => {
  for (const shell of shells) {
    it(`a .cutover that was moved to another disk since is refused, in ${shell.join(' ')}`, (t) => {
      const disk = memoryDisk(t);
      if (disk === null) return;
      const place = triedPlace(t);
      move(join(place.path, '.cutover'), disk);
      symlinkSync(join(disk, '.cutover'), join(place.path, '.cutover'));
      refused(place, shell);
    });

    it(`a .cutover on which something was mounted since is refused, in ${shell.join(' ')}`, (t) => {
      const disk = memoryDisk(t);
      if (disk === null) return;
      const place = triedPlace(t);
      for (const to of [disk, place.directory]) {
        move(join(place.path, '.cutover'), to);
        mkdirSync(join(place.path, '.cutover'));
        mounted(join(to, '.cutover'), join(place.path, '.cutover'), () => refused(place, shell));
        rmdirSync(join(place.path, '.cutover'));
        move(join(to, '.cutover'), place.path);
      }
    });

    it(`a .cutover that is a link to another place on the same disk will do, in ${shell.join(' ')}`, (t) => {
      const place = triedPlace(t);
      move(join(place.path, '.cutover'), place.directory);
      symlinkSync(join(place.directory, '.cutover'), join(place.path, '.cutover'));
      const { status, said } = rehearsed(place, shell);
      assert.equal(status, 0, said);
    });
  }
});

/** A disk in memory; null where this user may not mount one, and the test is skipped. */
function memoryDisk(t: TestContext): string | null {
  const disk = join(tmpdir(), `cutover-rehearsal-${process.pid}`);
  if (!isMemoryMounted(t, disk, 'size=16m')) return null;
  t.after(() => rmdirSync(disk));
  return disk;
}

/** A place where the swap was tried, and where that need not be done again. */
function triedPlace(t: TestContext): Place {
  const place = placeFor(t, usedHost());
  place.write({ [`releases/${placeRelease}/index.html`]: 'one\n' });
  const { status, said } = rehearsed(place, ['dash']);
  assert.equal(status, 0, said);
  assert.equal(existsSync(join(place.path, '.cutover/rehearsed')), true);
  return place;
}

function refused(place: Place, shell: Shell): void {
  const { status, said } = rehearsed(place, shell);
  assert.equal(status, 78, said);
  assert.match(said, refusal);
}

type Shell = (typeof shells)[number];

function rehearsed({ job, site, run }: Place, shell: Shell) {
  const wish = { ...job.wish, settings: { ...job.wish.settings, shared: [] } };
  return run(verifyTarget({ ...job, wish }, site).script, { shell });
}

function move(from: string, to: string): void {
  execFileSync('mv', [from, to]);
}

function mounted(from: string, to: string, act: () => void): void {
  execFileSync('mount', ['--bind', from, to]);
  try {
    act();
  } finally {
    execFileSync('umount', ['-l', to]);
  }
}
