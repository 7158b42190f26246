import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts, ProcessFacts } from '../../src/model/facts.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { prune, type Removal, removalFor } from '../../src/plan/steps/prune.ts';
import { planPrune } from '../../src/plan/upkeep.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { probeScript } from '../../src/remote/probe.ts';
import { parseFacts } from '../../src/remote/probe-parse.ts';
import { aliveFunctions } from '../../src/shell/alive.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { isRunning } from '../kit/processes.ts';
import { makeTools } from '../kit/tools.ts';
import { until } from '../kit/until.ts';
import { wanted } from '../kit/wishes.ts';

const [old, older] = ['20260302100000', '20260301100000'];
const gib = 1024 * 1024;

describe('the removal of releases', () => {
  for (const shell of shells)
    it(`goes on by itself beside a deployment, in ${shell.join(' ')}`, async (t) => {
      const place = placeWith(t, [old]);
      const said = succeeds(place, { releases: [old], removal: 'aside', shell });
      assert.equal(said, `Removed x.\nPut ${old} aside.\nWhat was put aside is removed by a process of its own.\n`);
      assert.equal(existsSync(join(place.path, 'releases', old)), false);
      await sleep(1500);
      assert.deepEqual(trashIn(place), [`.trash-${old}`], 'it gives way to the deployment');
      ends(place);
      await until('it is gone', () => trashIn(place).length === 0);
      assert.deepEqual(readdirSync(join(place.path, 'releases')), [placeRelease]);
      assert.match(readFileSync(join(place.path, '.cutover/remover'), 'utf8'), /^\d+ \S+ \S+\n$/);
    });

  it('goes on by itself where perl stands for setsid', async (t) => {
    const place = placeWith(t, [old]);
    const env = { PATH: makeTools(join(place.directory, 'tools'), { without: ['setsid'] }) };
    succeeds(place, { releases: [old], removal: 'aside', env });
    ends(place);
    await until('it is gone', () => trashIn(place).length === 0);
    assert.deepEqual(readdirSync(join(place.path, 'releases')), [placeRelease]);
  });

  it('is over with the step where its room may be needed, or where somebody asked for it', (t) => {
    const place = placeWith(t, [old, older]);
    place.write({ 'releases/.trash-20250101000000/file': '' });
    const said = succeeds(place, { releases: [old, older, 'gone'], removal: 'now' });
    assert.deepEqual(trashIn(place), []);
    assert.match(said, /^Removed the record of gone\.$/m);
    for (const name of [old, older, '20250101000000']) assert.match(said, new RegExp(`^Removed ${name}\\.$`, 'm'));
  });

  it('that broke off is finished by the next one, which tells what it cannot remove', (t) => {
    const place = placeWith(t, [old]);
    place.write({ 'releases/.trash-20250101000000/file': '', '.cutover/remover': '1 another-boot 5\n' });
    const refusing = 'rm() { case $* in *.trash-2025*) return 1 ;; *) command rm "$@" ;; esac; }';
    const { status, said } = run(place, { releases: [old], removal: 'aside', first: refusing });
    assert.equal(status, 1, said);
    assert.doesNotMatch(said, /^Removed 2/m);
    assert.match(said, /\.trash-20250101000000 could not be removed whole .* sudo rm -rf '.*20250101000000'/);
    assert.equal(existsSync(join(place.path, 'releases', old)), false);
  });

  it('is left to the one that is at it, whose remains are no leftovers meanwhile; the next one waits for it', async (t) => {
    const place = placeWith(t, [old]);
    place.write({ 'releases/.trash-20250101000000/file': '' });
    assert.deepEqual(leftoversAt(place), ['releases/.trash-20250101000000', 'releases/.trash-x']);
    const earlier = spawn('sleep', ['60'], { stdio: 'ignore' });
    t.after(() => earlier.kill());
    place.write({ '.cutover/remover': place.run(`${String(aliveFunctions)}\nidentity ${earlier.pid}`).said });
    assert.deepEqual([leftoversAt(place), factsAt(place).isRemoving], [[], true]);
    succeeds(place, { releases: [old], removal: 'aside' });
    assert.equal(trashIn(place).length, 3);
    assert.deepEqual(leftoversAt(place), []);
    ends(place);
    earlier.kill();
    await until('it is over', () => trashIn(place).length === 0 && !factsAt(place).isRemoving);
  });

  it('that somebody waits for waits for the one that is at it', async (t) => {
    const place = placeWith(t, []);
    const earlier = spawn('sleep', ['1.5'], { stdio: 'ignore' });
    place.write({ '.cutover/remover': place.run(`${String(aliveFunctions)}\nidentity ${earlier.pid}`).said });
    succeeds(place, { releases: [], removal: 'now' });
    assert.equal(isRunning(earlier.pid ?? 0), false);
    assert.deepEqual(trashIn(place), []);
  });

  const rooms: readonly (readonly [string, kilobytes: number | null, inodes: number | null, Removal])[] = [
    ['has plenty of room', 9 * gib, 1_000_000, 'aside'],
    ['counts no inodes', 9 * gib, null, 'aside'],
    ['has little room', 7 * gib, 1_000_000, 'now'],
    ['has few inodes', 9 * gib, 100_000, 'now'],
    ['cannot tell its room', null, null, 'now'],
  ];
  for (const [what, freeKilobytes, freeInodes, removal] of rooms)
    it(`is done ${removal} on a host that ${what}`, (t) => {
      const { facts } = placeFor(t, emptyHost()).site;
      assert.equal(removalFor({ ...facts, freeKilobytes, freeInodes }), removal);
    });

  it('of large releases leaves behind how large they were, which decides what is plenty of room', async (t) => {
    const place = placeWith(t, [old, older]);
    place.write({ [`releases/${old}/large`]: 'x'.repeat(600_000), [`releases/${older}/small`]: 'x' });
    succeeds(place, { releases: [old, older], removal: 'aside' });
    ends(place);
    await until('it was measured', () => existsSync(join(place.path, '.cutover/weight')));
    const { releaseKilobytes } = factsAt(place);
    assert.ok(releaseKilobytes !== null && releaseKilobytes >= 586 && releaseKilobytes < 700, `${releaseKilobytes}`);
    const room = { freeKilobytes: 20 * gib, freeInodes: null };
    assert.equal(removalFor({ ...room, releaseKilobytes }), 'aside');
    assert.equal(removalFor({ ...room, releaseKilobytes: 10 * gib }), 'now');
  });

  it('measures where large ones make deployments wait, so that they wait no longer once releases are small', (t) => {
    const place = placeWith(t, [old]);
    place.write({ '.cutover/weight': `${10 * gib}\n`, [`releases/${old}/small`]: 'x'.repeat(5000) });
    succeeds({ ...place, site: { ...place.site, facts: factsAt(place) } }, { releases: [old], removal: 'now' });
    const { releaseKilobytes } = factsAt(place);
    assert.ok(releaseKilobytes !== null && releaseKilobytes < 100, `${releaseKilobytes}`);
    assert.equal(removalFor({ freeKilobytes: 9 * gib, freeInodes: null, releaseKilobytes }), 'aside');
  });

  it('is foretold not to happen while a process of the release may run', (t) => {
    const { job, site } = placeFor(
      t,
      hostWith([
        [older, 'retired'],
        [old, 'retired'],
        [placeRelease, 'live'],
      ]),
    );
    const told = (state: ProcessFacts['state']) => {
      const processes = [{ release: older, name: 'mailer', state, unit: null }];
      const made = planPrune({
        ...job.wish,
        facts: { web1: { ...site.facts, processes } },
        settings: { ...job.wish.settings, keep: 1 },
      });
      assert.ok(made.ok);
      return made.plan.notes;
    };
    const note = `web1: ${older} is kept for as long as its mailer runs. The next deployment tries again to end it.`;
    assert.deepEqual([told('runs'), told('unknown'), told('ended')], [[note], [note], []]);
  });

  it('is waited for by a deployment that removes nothing itself, only where there is little room', (t) => {
    const { job, site } = placeFor(t, hostWith([[old, 'live']]));
    const planned = (facts: Partial<HostFacts>) => {
      const wish = { ...job.wish, facts: { web1: { ...site.facts, ...facts } } };
      const made = planDeploy({ ...wish, settings: { ...wish.settings, keep: 9 } }, wanted);
      assert.ok(made.ok);
      return made.plan.phases.flatMap(({ steps }) => steps['web1'] ?? []).filter(({ id }) => id === 'prune');
    };
    const [step, ...others] = planned({ isRemoving: true, freeKilobytes: gib });
    assert.deepEqual([step?.title, others], ['wait until old releases are removed', []]);
    assert.deepEqual(planned({ isRemoving: true, freeKilobytes: 20 * gib }), []);
    assert.deepEqual(planned({ isRemoving: false, freeKilobytes: gib }), []);
  });
});

interface Pruning {
  readonly releases: readonly string[];
  readonly removal: Removal;
  readonly shell?: readonly [string, ...string[]];
  readonly first?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A place with releases that served, and something of them that may not be written in. */
function placeWith(t: TestContext, releases: readonly string[]): Place {
  const place = placeFor(t, emptyHost());
  for (const release of releases) {
    place.write({ [`releases/${release}/cache/file`]: '', [`.cutover/releases/${release}.json`]: '{}' });
    chmodSync(join(place.path, 'releases', release, 'cache'), 0o500);
  }
  place.write({ 'releases/.trash-x/file': '' });
  return place;
}

function run(place: Place, { releases, removal, ...how }: Pruning) {
  return place.run(prune(place.job.wish, place.site, { releases, removal }).script, how);
}

function succeeds(place: Place, pruning: Pruning): string {
  const { status, said } = run(place, pruning);
  assert.equal(status, 0, said);
  return said;
}

/** The deployment gives its lock back. */
function ends({ path }: Place): void {
  rmSync(join(path, '.cutover/lock'), { recursive: true });
}

function trashIn({ path }: Place): readonly string[] {
  return readdirSync(join(path, 'releases')).filter((name) => name.startsWith('.trash-'));
}

function leftoversAt(place: Place): readonly string[] {
  return factsAt(place).leftovers.filter((name) => name.startsWith('releases/'));
}

function factsAt({ path, run: runIn }: Place): HostFacts {
  const facts = parseFacts(runIn(String(probeScript({ deployPath: path, layout: 'envoyer', shared: [] }))).said);
  assert.ok(!('problem' in facts));
  return facts;
}
