import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReleaseRecord, stateOf } from '../../src/model/release.ts';
import { activate, arm } from '../../src/plan/steps/activate.ts';
import { confirm, extend } from '../../src/plan/steps/confirm.ts';
import { create, readyRecord } from '../../src/plan/steps/create.ts';
import { probeScript } from '../../src/remote/probe.ts';
import { parseFacts } from '../../src/remote/probe-parse.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { isRunning } from '../kit/processes.ts';
import { until } from '../kit/until.ts';

const before = '20260304100000';

/** What a guard gives that is to go back: more than an activation takes on the busiest machine, or it would decide before the swap. */
const shortMs = 3000;
/** What one gives that must not go back meanwhile. */
const longMs = 60_000;

/** Side by side: all of them wait for their guards. */
describe('an activation that nobody confirms,', { concurrency: true }, () => {
  for (const shell of shells)
    describe(`in ${shell.join(' ')}`, () => {
      it('is taken back by the host itself, which records it, and a confirmation that comes later is refused', async (t) => {
        const place = activated(t, shortMs, { shell });
        await until('it goes back', () => existsSync(join(guardOf(place), 'outcome')));
        assert.equal(serves(place), before);
        assert.equal(stateOf(recordOf(place, placeRelease)), 'failed');
        assert.match(
          readFileSync(join(place.path, '.cutover/history.ndjson'), 'utf8'),
          /"outcome":"undone".*by itself/,
        );
        const late = place.run(confirmation(place), { shell });
        assert.equal(late.status, 78);
        assert.match(late.said, /has gone back by itself/);
        assert.equal(stateOf(recordOf(place, placeRelease)), 'failed');
      });

      it('stays when it is confirmed, and when the lock was taken over by somebody else', async (t) => {
        const confirmed = activated(t, longMs, { shell });
        assert.equal(confirmed.run(confirmation(confirmed), { shell }).status, 0);
        const taken = activated(t, longMs, { shell });
        renameSync(join(taken.path, '.cutover/lock/hold.test-1'), join(taken.path, '.cutover/lock/hold.other'));
        for (const place of [confirmed, taken]) {
          await until('its guard leaves', () => !isRunning(guardPid(place)));
          assert.equal(serves(place), placeRelease);
        }
        assert.equal(stateOf(recordOf(confirmed, placeRelease)), 'live');
      });

      it('leaves no guard when it is taken back: the next deployment has none to wait for', async (t) => {
        const place = activated(t, longMs, { shell });
        const pid = guardPid(place);
        for (const time of ['once', 'twice']) {
          const { status, said } = place.run(takingBack(place), { shell });
          assert.equal(status, 0, `${time}: ${said}`);
          assert.equal(serves(place), before);
          assert.equal(existsSync(guardOf(place)), false);
        }
        await until('its guard leaves', () => !isRunning(pid));
      });

      it('leaves the files of its release to the requests that may still be in it, and one that never served is removed', (t) => {
        for (const serve of [true, false]) {
          const place = serve ? activated(t, longMs, { shell }) : withGuard(t, longMs, { shell });
          const record = `${JSON.stringify({ ...readyRecord(place.job), deployment: 'test-1' })}\n`;
          const caches = `.cutover/releases/${placeRelease}.caches`;
          place.write({ [`.cutover/releases/${placeRelease}.json`]: record, [caches]: '{}\n' });
          for (const undo of [takingBack(place), discarding(place)]) {
            const { status, said } = place.run(undo, { shell });
            assert.equal(status, 0, said);
          }
          for (const path of [`releases/${placeRelease}`, caches])
            assert.equal(existsSync(join(place.path, path)), serve);
          assert.equal(stateOf(recordOf(place, placeRelease)), 'failed');
        }
      });

      it('stays when it is confirmed after an extension', async (t) => {
        const place = activated(t, longMs, { shell });
        assert.equal(place.run(extend(place.job, place.site).script, { shell }).status, 0);
        assert.equal(place.run(confirmation(place), { shell }).status, 0);
        await until('its guard leaves', () => !isRunning(guardPid(place)));
        assert.equal(serves(place), placeRelease);
      });
    });

  it('of a first release, is taken out of service', async (t) => {
    const place = activated(t, shortMs, { served: null });
    await until('it goes back', () => existsSync(join(guardOf(place), 'outcome')));
    assert.equal(existsSync(join(place.path, 'current')), false);
  });
});

describe('the time for a confirmation', { concurrency: true }, () => {
  it('begins once more after an extension', async (t) => {
    const place = activated(t, 6000);
    await sleep(2500);
    const extendedMs = performance.now();
    assert.equal(place.run(extend(place.job, place.site).script).status, 0);
    await until('it goes back', () => existsSync(join(guardOf(place), 'outcome')));
    // Without it, what is left of the first six seconds would be less than four.
    assert.ok(performance.now() - extendedMs >= 5000);
  });

  it('one of the two wins, and only one, when the confirmation comes at the very deadline', async (t) => {
    const outcomes = { confirmed: 0, reverted: 0 };
    for (let round = 0; round < 10; round += 1) {
      const place = withGuard(t, 1000);
      const activation = place.run(activate(place.job, place.site, readyRecord(place.job)).script);
      await sleep(500 + round * 60);
      const { status } = place.run(confirmation(place));
      await until('its guard leaves', () => !isRunning(guardPid(place)));
      const state = stateOf(recordOf(place, placeRelease));
      // On a busy machine the guard may decide before the swap is there, which then does not happen.
      outcomes[status === 0 ? 'confirmed' : 'reverted'] += 1;
      const expected = status === 0 && activation.status === 0 ? [placeRelease, 'live'] : [before, 'failed'];
      assert.deepEqual([serves(place), state], expected, `round ${round}`);
    }
    t.diagnostic(`confirmed ${outcomes.confirmed} times, went back ${outcomes.reverted} times`);
  });
});

it('a swap that is held up until the guard has decided does not happen any more', async (t) => {
  const place = withGuard(t, 1000);
  const heldUp = `mv() {
    case $* in *hold.test-1/current*) until [ -e .cutover/runs/test-1/guard/outcome ]; do sleep 0.1; done ;; esac
    command mv "$@"
  }`;
  const late = place.run(activate(place.job, place.site, readyRecord(place.job)).script, { first: heldUp });
  assert.equal(late.status, 78, late.said);
  assert.equal(serves(place), before);
  assert.equal(stateOf(recordOf(place, placeRelease)), 'failed');
});

it('waits for the swap for as long as other hosts keep it waiting, and a swap without it does not happen', async (t) => {
  const place = withGuard(t, 1000);
  assert.deepEqual(activationsOf(place), []);
  await sleep(2500);
  assert.ok(isRunning(guardPid(place)));
  assert.equal(serves(place), before);
  process.kill(guardPid(place), 'SIGKILL');
  await until('it is gone', () => !isRunning(guardPid(place)));
  const { status, said } = place.run(activate(place.job, place.site, readyRecord(place.job)).script);
  assert.equal(status, 78);
  assert.match(said, /The guard of this activation does not run any more/);
  assert.equal(serves(place), before);
});

it('is waited for while it goes back: only then is the host what its next deployment is planned for', async (t) => {
  const place = activated(t, shortMs);
  const [back, go] = [join(guardOf(place), 'back'), join(place.directory, 'go')];
  writeFileSync(back, `until test -e '${go}'; do sleep 0.05; done\n${readFileSync(back, 'utf8')}`);
  await until(
    'it has decided',
    () => lstatSync(join(guardOf(place), 'verdict.0'), { throwIfNoEntry: false }) !== undefined,
  );
  assert.deepEqual(activationsOf(place), [['reverted', true]]);
  writeFileSync(go, '');
  await until('it has gone back', () => existsSync(join(guardOf(place), 'outcome')));
  assert.deepEqual(activationsOf(place), [['reverted', false]]);
});

it('guards nothing once its lock was freed: the release stays', (t) => {
  const place = activated(t, longMs);
  assert.deepEqual(activationsOf(place), [['open', true]]);
  rmSync(join(place.path, '.cutover/lock'), { recursive: true });
  assert.deepEqual(activationsOf(place), [['open', false]]);
});

/** What a look at the host finds of its activations: what was decided, and whether the guard is to be waited for. */
function activationsOf({ path, run }: Place) {
  const { said } = run(String(probeScript({ deployPath: path, layout: 'envoyer', shared: [] })));
  const facts = parseFacts(said);
  assert.ok(!('problem' in facts), said);
  return facts.activations.map(({ verdict, isGuarded }) => [verdict, isGuarded]);
}

interface Armed {
  readonly shell?: (typeof shells)[number];
  readonly served?: string | null;
}

/** The release is in service, and has so many milliseconds. */
function activated(t: TestContext, withinMs: number, armed: Armed = {}) {
  const { shell = ['dash'] } = armed;
  const place = withGuard(t, withinMs, armed);
  const ended = place.run(activate(place.job, place.site, readyRecord(place.job)).script, { shell });
  assert.equal(ended.status, 0, ended.said);
  return place;
}

/** Everything is ready for the swap. */
function withGuard(t: TestContext, withinMs: number, { shell = ['dash'], served = before }: Armed = {}) {
  const memory = { ...usedHost(), current: served };
  const place = placeFor(t, memory, { confirmation: { withinMs, onLost: 'revert', lostAfterMs: 180_000 } });
  if (served !== null) {
    mkdirSync(join(place.path, 'releases', served), { recursive: true });
    symlinkSync(`releases/${served}`, join(place.path, 'current'));
    place.write({ [`.cutover/releases/${served}.json`]: `${JSON.stringify(memory.records.get(served))}\n` });
  }
  const armed = place.run(arm(place.job, place.site, readyRecord(place.job)).script, { shell });
  assert.equal(armed.status, 0, armed.said);
  return place;
}

function confirmation(place: Place): string {
  return confirm(place.job, place.site, readyRecord(place.job)).script;
}

function takingBack(place: Place): string {
  const { undo } = activate(place.job, place.site, readyRecord(place.job));
  return undo.kind === 'step' ? undo.script : assert.fail();
}

function discarding(place: Place): string {
  const { undo } = create(place.job, place.site);
  return undo.kind === 'step' ? undo.script : assert.fail();
}

function guardOf({ path }: Place): string {
  return join(path, '.cutover/runs/test-1/guard');
}

function guardPid(place: Place): number {
  return Number(readFileSync(join(guardOf(place), 'pid'), 'utf8'));
}

function serves({ path }: Place): string {
  return basename(readlinkSync(join(path, 'current')));
}

function recordOf({ path }: Place, release: string): ReleaseRecord {
  return JSON.parse(readFileSync(join(path, `.cutover/releases/${release}.json`), 'utf8')) as ReleaseRecord;
}
