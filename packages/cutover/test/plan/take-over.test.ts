import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../../src/model/deployment.ts';
import type { Step } from '../../src/plan/plan.ts';
import { activate } from '../../src/plan/steps/activate.ts';
import { confirm } from '../../src/plan/steps/confirm.ts';
import { readyRecord } from '../../src/plan/steps/create.ts';
import { lock, unlock } from '../../src/plan/steps/lock.ts';
import { sweepLeftovers } from '../../src/plan/steps/recover.ts';
import { writeShared } from '../../src/plan/steps/write-shared.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { type Place, placeFor, shells } from '../kit/place.ts';

const served = '20260304100000';

describe('the lock of a deployment that is dead', () => {
  for (const shell of shells)
    it(`is taken over in ${shell.join(' ')}: its former holder can neither swap, nor record, nor give it back`, (t) => {
      const place = lockedBySomebodyDead(t);
      const taken = place.run(taking(place, 'next').script, { shell });
      assert.equal(taken.status, 0, taken.said);
      assert.match(taken.said, /Took over the lock of a deployment that is dead/);
      assert.equal(holderOf(place).deployment, 'next');
      assert.match(read(place, '.cutover/history.ndjson'), /"deployment":"test-1".*taken over by next/);
      assert.deepEqual(readdirSync(join(place.path, '.cutover/incoming')), ['next']);
      const late = [
        activate(place.job, place.site, readyRecord(place.job)),
        confirm(place.job, place.site, readyRecord(place.job)),
      ];
      for (const script of [...late.map((step) => step.script), undoOf(late[0])]) {
        const refused = place.run(script, { shell });
        assert.equal(refused.status, 78);
        assert.match(refused.said, /no longer holds the lock/);
      }
      assert.equal(place.run(unlock('test-1', place.path, 60_000).script, { shell }).status, 0);
      assert.equal(holderOf(place).deployment, 'next');
      assert.equal(place.run(unlock('next', place.path, 60_000).script, { shell }).status, 0);
      assert.equal(existsSync(join(place.path, '.cutover/lock')), false);
      for (const { script } of late)
        assert.equal(place.run(script, { shell }).said, 'This deployment no longer holds the lock.\n');
    });

  it('was one that wrote a shared file: what that was before can be found', (t) => {
    const place = lockedBySomebodyDead(t);
    const payload = join(place.directory, 'payload');
    writeFileSync(payload, 'A=2\n');
    place.write({ '.env': 'A=1\n' });
    const written = writeShared(place.job.wish, place.site, { to: '.env', from: payload });
    assert.equal(place.run(written.script, { env: { CUTOVER_PAYLOAD: payload } }).status, 0);
    const taken = place.run(taking(place, 'next').script);
    assert.equal(taken.status, 0, taken.said);
    assert.ok(
      taken.said.includes(`What .env was before test-1 wrote it is kept in ${place.path}/.cutover/aside/test-1.`),
    );
    assert.deepEqual([read(place, '.env'), read(place, '.cutover/aside/test-1/.env')], ['A=2\n', 'A=1\n']);
    assert.equal(statSync(join(place.path, '.cutover/aside/test-1')).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(join(place.path, '.cutover/incoming')), ['next']);
  });

  it('was freed by hand: what it had written over can be found when its remains are removed', (t) => {
    const place = lockedBySomebodyDead(t);
    place.write({ '.cutover/incoming/dead/shared/before:.env': 'A=1\n' });
    const { status, said } = place.run(
      sweepLeftovers(place.job.wish, place.site, ['.cutover/incoming/dead', 'current.x']).script,
    );
    assert.equal(status, 0, said);
    assert.equal(read(place, '.cutover/aside/dead/.env'), 'A=1\n');
    assert.equal(existsSync(join(place.path, '.cutover/incoming/dead')), false);
  });

  it('is taken over though the clock was set back since its last sign of life, and is left alone when it gives one', async (t) => {
    const place = lockedBySomebodyDead(t);
    const ahead = Date.now() / 1000 + 18_000;
    const beat = join(place.path, '.cutover/lock/heartbeat');
    utimesSync(beat, ahead, ahead);
    const ended = running(`set -eu\n${taking(place, 'next').script}`);
    await sleep(1500);
    writeFileSync(beat, '8\n');
    assert.equal(await ended, 75);
    utimesSync(beat, ahead, ahead);
    assert.equal(await running(`set -eu\n${taking(place, 'next').script}`), 0);
    assert.equal(holderOf(place).deployment, 'next');
  });

  it('is taken over by one of eight who come for it at the same moment', async (t) => {
    const place = lockedBySomebodyDead(t);
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => running(`set -eu\n${taking(place, `next-${i}`).script}`)),
    );
    assert.equal(codes.filter((code) => code === 75).length, 7);
    const winner = codes.indexOf(0);
    assert.equal(holderOf(place).deployment, `next-${winner}`);
    assert.equal(existsSync(join(place.path, `.cutover/lock/hold.next-${winner}`)), true);
  });

  it('is left alone when it gives a sign of life after all: its clock was only set forward', async (t) => {
    const place = lockedBySomebodyDead(t);
    const beat = join(place.path, '.cutover/lock/heartbeat');
    const ended = running(`set -eu\n${taking(place, 'next').script}`);
    const beating = setInterval(() => {
      writeFileSync(beat, `${performance.now()}\n`);
      utimesSync(beat, 1000, 1000);
    }, 200);
    assert.equal(await ended, 75);
    clearInterval(beating);
    assert.equal(holderOf(place).deployment, 'test-1');
  });
});

/** A place whose lock has not had a sign of life for long. */
function lockedBySomebodyDead(t: TestContext): Place {
  const place = placeFor(t, { ...usedHost(), current: served });
  mkdirSync(join(place.path, 'releases', served), { recursive: true });
  symlinkSync(`releases/${served}`, join(place.path, 'current'));
  place.write({ '.cutover/lock/heartbeat': '7\n' });
  utimesSync(join(place.path, '.cutover/lock/heartbeat'), 1000, 1000);
  return place;
}

/** The lock step of another deployment, which takes it for dead after three seconds. */
function taking({ job, site }: Place, deployment: string) {
  const wish = { ...job.wish, deployment };
  const takesOver = { deployment: 'test-1', silentMs: 3000 };
  return lock(wish, { ...site, takesOver }, { holder: { ...job.holder, deployment }, isPatient: false });
}

function running(script: string): Promise<number | null> {
  const child = spawn('dash', ['-c', script], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', resolve));
}

function holderOf(place: Place): Holder {
  return JSON.parse(read(place, '.cutover/lock/holder')) as Holder;
}

function read({ path }: Place, file: string): string {
  return readFileSync(join(path, file), 'utf8');
}

function undoOf(step: Step | undefined): string {
  assert.ok(step && 'script' in step.undo);
  return step.undo.script;
}
