import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TruthDocument } from '../../src/cli/commands/recover.ts';
import { ended, type Shop, shopForAll, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';

const hosts = ['web1', 'web2'] as const;

const opened = shopForAll({ hosts });

describe('a deployment whose driver was killed in the middle of a build', () => {
  it('goes on when it is resumed, from the journals on the hosts: nothing is done twice', async () => {
    const { site, deployment } = await killed(opened());
    assert.match(
      (await site.cutover('deploy')).err,
      new RegExp(`If it died: "cutover resume ${deployment} --stage production" goes on`),
    );
    const ran = join(site.directory, 'ran');
    const command = site.start('exec', '--', `echo > '${ran}'; sleep 60`);
    await until('the command runs', () => existsSync(ran), command);
    command.kill('SIGKILL');
    await command.ended;
    const resumed = site.start('resume');
    writeFileSync(join(site.directory, 'go'), '');
    const result = await resumed.ended;
    succeeded(result);
    for (const host of hosts) {
      assert.equal(site.record(host, site.serves(host) ?? '').deployment, deployment);
      assert.equal(site.read(host, 'built'), 'once\n');
      assert.equal(site.isLocked(host), false);
    }
    assert.match(result.err, /^What was done before is told once more, and not done again\.$/m);
    assert.match(result.err, new RegExp(`^The last one that did not come to a good end is ${deployment}\\.$`, 'm'));
    const none = await site.cutover('resume');
    ended(none, 3);
    assert.match(none.err, /^Nothing is left to resume: no host has the lock of a deployment that was begun on this/m);
    const again = await site.cutover('resume', deployment);
    ended(again, 3);
    assert.match(again.err, /came to its end: succeeded\. There is nothing to resume/);
  });

  it('is taken back on request, by a second driver if need be: what still runs is ended, and the hosts are as before', async () => {
    const before = opened().serves('web1');
    const { site, deployment } = await killed(opened());
    const first = site.start('resume', deployment.slice(0, 14), '--undo');
    await until('it is being taken back', () => existsSync(join(site.directory, 'undoing')), first);
    for (const host of hosts) assert.ok(endsOf(site, host, deployment).includes('stopped\n'), host);
    first.kill('SIGKILL');
    await first.ended;
    writeFileSync(join(site.directory, 'back'), '');
    const result = await site.cutover('resume', deployment, '--undo');
    succeeded(result);
    for (const host of hosts) {
      assert.equal(site.serves(host), before);
      assert.equal(site.isLocked(host), false);
      assert.equal(site.releases(host).at(-1), before);
    }
    ended(await site.cutover('resume', 'unknown-1'), 3);
    const stored = join(site.directory, 'state/cutover/shop/production', `${deployment}.plan.json`);
    writeFileSync(stored, '{"format":2}');
    assert.match((await site.cutover('resume', deployment)).err, /written by a newer version/);
    writeFileSync(stored, '{"format":1,');
    assert.match((await site.cutover('resume', deployment)).err, /is damaged .* kept aside as \S+\.plan\.json\.aside/);
    assert.deepEqual([existsSync(stored), existsSync(`${stored}.aside`)], [false, true]);
  });
});

describe('a deployment whose driver was killed after the activation', () => {
  it('is not gone on with where the lock of a host was freed; it is taken back elsewhere, and recover heals that host', async () => {
    const site = opened();
    const served = site.serves('web1');
    const go = join(site.directory, 'confirm');
    site.configure({ hooks: { 'after activate': [`until [ -e '${go}' ]; do sleep 0.1; done`] } });
    site.change({ 'index.html': 'freed\n' });
    const call = site.start('deploy');
    await until('both hosts have activated', () => hosts.every((host) => site.serves(host) !== served), call);
    call.kill('SIGKILL');
    await call.ended;
    succeeded(await site.cutover('unlock', '--yes', '--host', 'web1'));
    assert.match((await site.cutover('status')).out, /^web1: \d+ was put in service at .* and never confirmed\.$/m);
    const refused = await site.cutover('resume');
    ended(refused, 3);
    assert.match(
      refused.err,
      /^The lock of web1 was freed, so what was put in service there cannot be confirmed any more/m,
    );
    ended(await site.cutover('resume', '--undo'), 5);
    assert.equal(site.serves('web2'), served);
    succeeded(await site.cutover('recover', '--yes'));
    for (const host of hosts) assert.deepEqual([site.serves(host), site.isLocked(host)], [served, false]);
    const healed = await site.cutover('resume');
    ended(healed, 3);
    assert.match(healed.err, /^Nothing is left to resume: /m);
    assert.doesNotMatch(healed.err, /did not come to a good end/);
  });
});

describe('hosts with damage of every kind', () => {
  it('are told of and healed by recover, and the next deployment succeeds', async () => {
    const site = opened();
    site.configure({});
    if (site.serves('web1') === null) succeeded(await site.cutover('deploy'));
    const path = site.path('web1');
    writeFileSync(join(path, '.cutover/releases/20200101000000.json'), 'no record');
    for (const left of ['.cutover/lock.dead-1', '.cutover/incoming/dead-1', 'releases/.trash-20200101000000'])
      mkdirSync(join(path, left), { recursive: true });
    ended(await site.cutover('recover'), 3);
    const told = await site.cutover('recover', '--json');
    const { truth } = JSON.parse(told.out.split('\n')[0] ?? '') as TruthDocument;
    assert.match(
      truth['web1']?.join('\n') ?? '',
      /^web1 serves \d+, recorded as live\n[^]*20200101000000\.json cannot be understood/,
    );
    const healed = await site.cutover('recover', '--yes');
    succeeded(healed);
    assert.match(healed.err, /20200101000000\.json cannot be understood/);
    assert.match(healed.err, /left over: .*lock\.dead-1/);
    assert.equal(existsSync(join(path, '.cutover/lock.dead-1')), false);
    assert.deepEqual(readdirSync(join(path, '.cutover/aside')).length, 1);
    const sound = await site.cutover('recover');
    succeeded(sound);
    assert.match(sound.err, /nothing to heal/);
    succeeded(await site.cutover('deploy'));
  });
});

/** How the segments of a deployment ended on a host, those that did. */
function endsOf(site: Shop, host: string, deployment: string): readonly string[] {
  const runs = join(site.path(host), '.cutover/runs', deployment);
  const ends = readdirSync(runs).map((name) => join(runs, name, 'status'));
  return ends.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
}

/** A deployment that waits in its build on both hosts, and whose driver is gone. */
async function killed(site: Shop): Promise<{ site: Shop; deployment: string }> {
  rmSync(join(site.directory, 'go'), { force: true });
  const build = `echo once >> built; until [ -e '${join(site.directory, 'go')}' ]; do sleep 0.1; done`;
  const undo = `touch '${join(site.directory, 'undoing')}'; until [ -e '${join(site.directory, 'back')}' ]; do sleep 0.1; done`;
  site.configure({ hooks: { build: [{ run: build, undo }] } });
  site.change({ 'index.html': `${Math.random()}\n` });
  const call = site.start('deploy');
  const before = site.serves('web1');
  const newest = (host: string) => site.releases(host).findLast((name) => name !== before) ?? '';
  await until(
    'both hosts build',
    () =>
      hosts.every(
        (host) => site.isLocked(host) && existsSync(join(site.path(host), 'releases', newest(host), 'built')),
      ),
    call,
  );
  const { deployment } = site.holder('web1');
  call.kill('SIGKILL');
  await call.ended;
  return { site, deployment };
}
