import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ReleaseState } from '../../src/model/release.ts';
import { create } from '../../src/plan/steps/create.ts';
import { lock } from '../../src/plan/steps/lock.ts';
import { applyEffect, emptyHost, type MemoryHost } from '../../src/remote/memory/host.ts';
import { aRecord } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { noonMs } from '../kit/wishes.ts';

interface There {
  /** States of the record that somebody else left under the name; none where there is no record. */
  readonly record: ReleaseState | null;
  readonly directory: boolean;
}

const cases: readonly (readonly [string, There, isHad: boolean])[] = [
  ['nobody has had', { record: null, directory: false }, true],
  ['somebody had who lost the race for the locks, and undid it', { record: 'failed', directory: false }, true],
  ['somebody had whose files are still there', { record: 'failed', directory: true }, false],
  ['somebody is building', { record: 'building', directory: true }, false],
  ['served once and was rolled back from', { record: 'bad', directory: false }, false],
];

describe('the name of a release', () => {
  for (const [what, there, isHad] of cases) {
    for (const shell of shells)
      it(`that ${what} ${isHad ? 'can' : 'cannot'} be had (${shell.join(' ')})`, (t) => {
        const place = placeWith(t, there);
        const { status, said } = place.run(create(place.job, place.site).script, { shell });
        assert.equal(status === 0, isHad, said);
        assert.equal(isOurs(place), isHad);
        if (!isHad) assert.match(said, /File exists/);
        assert.equal(existsSync(join(place.path, 'releases', placeRelease)), isHad || there.directory);
      });

    it(`that ${what} ${isHad ? 'can' : 'cannot'} be had (in memory)`, (t) => {
      const host = memoryWith(there);
      const place = placeFor(t, host);
      host.lock = place.job.holder;
      const code = applyEffect(host, create(place.job, place.site).effect, { deployment: 'test-1', nowMs: noonMs });
      assert.equal(code === 0, isHad);
    });
  }
});

for (const shell of shells)
  it(`a release can be read by the web server, though the umask of the user is 077 (${shell.join(' ')})`, (t) => {
    const place = placeWith(t, { record: null, directory: false });
    const { status, said } = place.run(create(place.job, place.site).script, { shell, first: 'umask 077' });
    assert.equal(status, 0, said);
    assert.equal(statSync(join(place.path, 'releases', placeRelease)).mode & 0o777, 0o755);
  });

for (const shell of shells)
  for (const [mode, made] of [
    [0o755, 0o755],
    [0o750, 0o750],
    [0o700, 0o700],
  ] as const)
    it(`releases is as open as the deploy path, here ${mode.toString(8)}, though the umask is 077 (${shell.join(' ')})`, (t) => {
      const place = placeFor(t, emptyHost());
      for (const path of ['releases', '.cutover']) rmSync(join(place.path, path), { recursive: true });
      chmodSync(place.path, mode);
      const taking = lock(place.job.wish, place.site, { holder: place.job.holder, isPatient: false });
      const { status, said } = place.run(taking.script, { shell, first: 'umask 077' });
      assert.equal(status, 0, said);
      assert.equal(statSync(join(place.path, 'releases')).mode & 0o777, made);
    });

function placeWith(t: TestContext, { record, directory }: There): Place {
  const place = placeFor(t, emptyHost());
  rmdirSync(join(place.path, 'releases', placeRelease));
  if (record) place.write({ [fileOfRecord]: `${JSON.stringify(aRecord(placeRelease, record))}\n` });
  if (directory) mkdirSync(join(place.path, 'releases', placeRelease));
  return place;
}

const fileOfRecord = `.cutover/releases/${placeRelease}.json`;

function isOurs(place: Place): boolean {
  return readFileSync(join(place.path, fileOfRecord), 'utf8').includes(`"deployment":"test-1"`);
}

function memoryWith({ record, directory }: There): MemoryHost {
  const host = emptyHost();
  if (record) host.records.set(placeRelease, aRecord(placeRelease, record));
  if (directory) host.directories.set(placeRelease, 'complete');
  return host;
}
