import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, type Result } from '../../src/engine/execute.ts';
import { isLocked } from '../../src/events/cause.ts';
import type { Host } from '../../src/model/host.ts';
import type { Phase, Plan, Step } from '../../src/plan/plan.ts';
import { noUndo, step } from '../../src/plan/step.ts';
import { planPrune } from '../../src/plan/upkeep.ts';
import { openFleet } from '../../src/remote/fleet.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import type { Fleet } from '../../src/remote/session.ts';
import { type Shell, sh } from '../../src/shell/text.ts';
import type { Call } from '../kit/call.ts';
import { ended, type Shop, shop, shopForAll, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';
import { aHost, aWish, noonMs, settingsFor } from '../kit/wishes.ts';
import { workspace } from '../source/kit.ts';

describe('of two deployments that start at the same moment', () => {
  it('exactly one goes on, on one host, in each of 12 rounds', async (t) => {
    const directory = workspace(t);
    const hosts = [aHost('web1', { transport: 'local', deployPath: join(directory, `it's one`) })];
    await race({ hosts, directory, configFile: '/dev/null' }, 12);
  });

  it('exactly one goes on, on three hosts over ssh, in each of 5 rounds', async (t) => {
    const names = ['web1', 'web2', 'web3'];
    const site = await shop(t, { hosts: names });
    const hosts = names.map((name) => aHost(name, { deployPath: site.path(name) }));
    await race({ hosts, directory: site.directory, configFile: site.sshConfig }, 5);
  });

  it('the other says who holds the lock and ends with 4, by the whole command line', async (t) => {
    const site = await shop(t, { hosts: ['web1', 'web2'] });
    site.configure({ hooks: { build: [waitFor(site, 'go')] } });
    const calls = [site.start('deploy'), site.start('deploy')] as const;
    const first = await Promise.race(calls.map((call) => call.ended.then(() => call)));
    const winner = calls.find((call) => call !== first) as Call;
    const loser = await first.ended;
    ended(loser, 4);
    assert.match(loser.out + loser.err, /It is held by \S+@\S+ since .* UTC/);
    assert.match(loser.out + loser.err, new RegExp(`process ${winner.pid}, deployment `));
    await until('the winner holds both locks', () => site.isLocked('web1') && site.isLocked('web2'));
    writeFileSync(join(site.directory, 'go'), '');
    succeeded(await winner.ended);
    assert.deepEqual([site.isLocked('web1'), site.isLocked('web2')], [false, false]);
  });
});

describe('a lock', () => {
  const opened = shopForAll();

  it('is waited for with --wait, and then the second deployment goes on', async () => {
    const { site, first } = await holding(opened());
    const second = site.start('deploy', '--wait');
    await second.said('waiting for the other deployment to end');
    const [before] = site.releases('web1');
    site.configure({});
    writeFileSync(join(site.directory, 'go'), '');
    succeeded(await first.ended);
    succeeded(await second.ended);
    assert.notEqual(site.serves('web1'), before);
    assert.equal(site.isLocked('web1'), false);
  });

  it('is waited for no longer than was said', async () => {
    const { site, first } = await holding(opened());
    ended(await site.cutover('deploy', '--wait', '1s'), 4);
    writeFileSync(join(site.directory, 'go'), '');
    succeeded(await first.ended);
  });

  it('keeps out rollback and prune alike', async () => {
    const { site, first } = await holding(opened());
    for (const command of ['rollback', 'prune']) ended(await site.cutover(command), 4);
    writeFileSync(join(site.directory, 'go'), '');
    succeeded(await first.ended);
  });

  it('that was taken over stops its first holder, who changes nothing more and leaves it to the other', async () => {
    const { site, first } = await holding(opened());
    const served = site.serves('web1');
    await until('the release is made', () => site.releases('web1').at(-1) !== served, first);
    const releases = site.releases('web1');
    const other = { ...site.holder('web1'), deployment: 'another', by: 'bob@desk' };
    writeFileSync(join(site.path('web1'), '.cutover/lock/holder'), `${JSON.stringify(other)}\n`);
    writeFileSync(join(site.directory, 'go'), '');
    const stopped = await first.ended;
    assert.notEqual(stopped.code, 0, stopped.out);
    assert.match(stopped.out, /This deployment no longer holds the lock\./);
    assert.equal(site.serves('web1'), served);
    assert.deepEqual(site.releases('web1'), releases, 'the release that it made stays for the other to judge');
    assert.equal(site.holder('web1').deployment, 'another');
    rmSync(join(site.path('web1'), '.cutover/lock'), { recursive: true });
  });

  it('that was taken over keeps later hooks, and every undo of a hook, from its first holder', async () => {
    const site = opened();
    const mark = (name: string) => join(site.directory, name);
    rmSync(mark('go'), { force: true });
    const migrate = { run: `touch '${mark('migrated')}'`, undo: `touch '${mark('taken-back')}'` };
    const begun = { run: waitFor(site, 'go'), undo: `touch '${mark('taken-back-too')}'` };
    site.configure({ hooks: { 'before activate': [begun, migrate] } });
    const first = site.start('deploy');
    await until('the hook runs', () => existsSync(markOf(site, 'hook-1.begun')), first);
    const other = { ...site.holder('web1'), deployment: 'another', by: 'bob@desk' };
    const releases = site.releases('web1');
    writeFileSync(join(site.path('web1'), '.cutover/lock/holder'), `${JSON.stringify(other)}\n`);
    writeFileSync(mark('go'), '');
    const stopped = await first.ended;
    ended(stopped, 5);
    assert.match(stopped.out, /This deployment no longer holds the lock\./);
    for (const name of ['migrated', 'taken-back', 'taken-back-too']) assert.equal(existsSync(mark(name)), false, name);
    assert.deepEqual(site.releases('web1'), releases);
    assert.equal(site.holder('web1').deployment, 'another');
    rmSync(join(site.path('web1'), '.cutover/lock'), { recursive: true });
  });
});

describe('a lock whose last sign of life lies ahead, since the clock of its host was set back', () => {
  it('is watched for as long as a dead one must be silent, which may be longer than a step may last, and is taken over', async (t) => {
    const directory = workspace(t);
    const host = aHost('web1', { transport: 'local', deployPath: directory });
    const aheadMs = 3_600_000;
    const holder = { deployment: 'dead', kind: 'deploy', by: 'a@b', pid: 1, since: '', what: 'main' } as const;
    const lock = join(directory, '.cutover/lock');
    mkdirSync(join(lock, 'hold.dead'), { recursive: true });
    writeFileSync(join(lock, 'holder'), `${JSON.stringify(holder)}\n`);
    writeFileSync(join(lock, 'heartbeat'), '7\n');
    utimesSync(join(lock, 'heartbeat'), new Date(), new Date(Date.now() + aheadMs));
    const settings = settingsFor([host], {
      limits: { ...settingsFor([]).limits, stepMs: 5000 },
      confirmation: { withinMs: null, onLost: 'revert', lostAfterMs: 6000 },
    });
    const facts = memoryFacts(
      { ...emptyHost(), lock: holder, beatMs: noonMs + aheadMs },
      new Date(noonMs).toISOString(),
    );
    const planned = planPrune(aWish(settings, { web1: facts }, { deployment: 'next' }));
    assert.ok(planned.ok, JSON.stringify(planned));
    const fleet = fleetTo({ hosts: [host], directory, configFile: '/dev/null' });
    t.after(() => fleet.close());
    const result = await carriedOut(planned.plan, fleet, () => {});
    assert.equal(result.outcome, 'succeeded', JSON.stringify(result.cause));
    assert.match(
      readFileSync(join(directory, '.cutover/history.ndjson'), 'utf8'),
      /"deployment":"dead".*taken over by next/,
    );
  });
});

/** What the deployment that has the lock leaves among what it receives. */
function markOf(site: Shop, name: string): string {
  const path = join(site.path('web1'), '.cutover');
  const holder = join(path, 'lock/holder');
  return existsSync(holder) ? join(path, 'incoming', site.holder('web1').deployment, name) : holder;
}

/** A deployment that has the lock and waits in a hook for the file `go`. */
async function holding(site: Shop): Promise<{ site: Shop; first: Call }> {
  rmSync(join(site.directory, 'go'), { force: true });
  site.configure({ hooks: { build: [waitFor(site, 'go')] } });
  const first = site.start('deploy');
  await until('the lock is held', () => existsSync(join(site.path('web1'), '.cutover/lock/holder')), first);
  return { site, first };
}

function waitFor(site: Shop, file: string): string {
  return `until [ -e '${join(site.directory, file)}' ]; do sleep 0.1; done`;
}

interface Track {
  readonly hosts: readonly Host[];
  readonly directory: string;
  readonly configFile: string;
}

/** Two drivers with connections of their own, again and again; the winner holds the lock until the loser has been refused. */
async function race(track: Track, rounds: number): Promise<void> {
  const fleets = [fleetTo(track), fleetTo(track)] as const;
  try {
    for (let round = 0; round < rounds; round += 1) await raceOnce(track, fleets, round);
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.close()));
  }
}

async function raceOnce(track: Track, fleets: readonly [Fleet, Fleet], count: number): Promise<void> {
  // Deployments are named in the order of time: the oldest journals are removed by name.
  const round = String(count).padStart(3, '0');
  const marks = join(track.directory, `round-${round}`);
  mkdirSync(marks);
  const file = (name: string) => join(marks, name);
  const meeting = { start: file('start'), release: file('release') };
  execFileSync('mkfifo', Object.values(meeting));
  const opened: FileHandle[] = [];
  const letGo = async (gate: string) => opened.push(await open(gate, 'r+'));
  let ready = 0;
  const starters = fleets.map(async (fleet, starter) => {
    const plan = planOf(track, `round-${round}-${starter}`, meeting);
    const result = await carriedOut(plan, fleet, () => {
      ready += 1;
      if (ready === 2) void letGo(meeting.start);
    });
    if (result.outcome !== 'succeeded') await letGo(meeting.release);
    return result;
  });
  const results = await Promise.all(starters);
  await Promise.all(opened.map((gate) => gate.close()));
  rmSync(marks, { recursive: true });
  assert.deepEqual(results.map(({ outcome }) => outcome).sort(), ['succeeded', 'undone'], `round ${round}`);
  const loser = results.find(({ outcome }) => outcome === 'undone') as Result;
  assert.ok(loser.cause !== null && isLocked(loser.cause), `round ${round}: ${JSON.stringify(loser)}`);
  const left = track.hosts.filter(({ deployPath }) => existsSync(join(deployPath, '.cutover/lock')));
  assert.deepEqual(left, [], `round ${round} left locks`);
}

/** Takes the locks and holds them. Both starters meet on the first host itself, in opening a FIFO, so that nothing but its file system decides. */
function planOf(track: Track, deployment: string, meeting: { start: string; release: string }): Plan {
  const facts = Object.fromEntries(track.hosts.map(({ name }) => [name, memoryFacts(emptyHost(), 'now')]));
  const planned = planPrune(aWish(settingsFor(track.hosts), facts, { deployment }));
  assert.ok(planned.ok);
  const phases = [
    onTheFirst(track, 'meet', sh`: < ${meeting.start}`),
    ...planned.plan.phases,
    onTheFirst(track, 'hold', sh`: < ${meeting.release}`),
  ];
  return { ...planned.plan, phases };
}

function onTheFirst({ hosts }: Track, name: string, script: Shell): Phase {
  const host = hosts[0]?.name ?? '';
  const parts = { id: name, title: name, effect: { kind: 'look' }, script, limitMs: 60_000 } as const;
  const steps: readonly Step[] = [step({ ...parts, undo: noUndo('It only waits.') })];
  return { name, waits: hosts.length > 1, batches: [[host]], steps: { [host]: steps }, onFailure: 'undo' };
}

function carriedOut(plan: Plan, fleet: Fleet, met: () => void): Promise<Result> {
  return execute(plan, {
    fleet,
    clock: { now: Date.now, after: (ms, action) => clearLater(setTimeout(action, ms)) },
    record(event) {
      if (event.type === 'step.started' && event.step === 'meet') met();
    },
    payload: () => Promise.resolve({ kind: 'problem', message: 'Nothing is sent here.' }),
    secrets: {},
    reconnectMs: 0,
    random: Math.random,
    cancel: new AbortController().signal,
    by: 'ann@desk',
  });
}

function clearLater(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer);
}

function fleetTo({ hosts, configFile }: Track): Fleet {
  const patience = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {});
  return openFleet({ hosts, connectMs: 30_000, random: Math.random, sleep: patience, client: { configFile } });
}
