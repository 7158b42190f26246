import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { deployed, deployedInTurn, freshForEach } from '../kit/pages.ts';
import { ended, type Shop, succeeded } from '../kit/shop.ts';
import { git } from '../source/kit.ts';

const opened = freshForEach();

/** What other tools do wrong, each as somebody met it; the names are theirs, the behaviour is ours. */
describe('a rollback', () => {
  it('never goes to a build that failed, as those of Capistrano, Shipit and Deployer do', async () => {
    const site = opened();
    const [good] = await deployedInTurn(site, 'one');
    await failed(site, 'failed');
    await deployed(site, 'good again');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), good);
    assert.equal(site.read('web1', 'index.html'), 'one\n');
  });

  it('still has somewhere to go after many failures, which evict the good releases of Capistrano and Shipit', async () => {
    const site = opened();
    const [good] = await deployedInTurn(site, 'one');
    for (const name of ['one', 'two', 'three']) await failed(site, name, { keep: 2 });
    const better = await deployed(site, 'better', { keep: 2 });
    assert.deepEqual(site.releases('web1'), [good, better]);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), good);
  });

  it("is refused when there is one release, where Mina's removes it and leaves current dangling", async () => {
    const site = opened();
    const [only] = await deployedInTurn(site, 'one');
    const refused = await site.cutover('rollback');
    ended(refused, 3);
    assert.match(refused.err, /web1: there is no earlier release to go back to\./);
    assert.equal(site.serves('web1'), only);
    assert.equal(site.read('web1', 'index.html'), 'one\n');
  });

  it("goes one further back the second time, where Capistrano's goes nowhere and removes a good release", async () => {
    const site = opened();
    const all = await deployedInTurn(site, 'one', 'two', 'three');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), all[1]);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), all[0]);
    const refused = await site.cutover('rollback');
    ended(refused, 3);
    assert.ok(refused.err.includes(`${all[1]}, ${all[2]}. One that is named is taken all the same`), refused.err);
    assert.equal(site.serves('web1'), all[0]);
    assert.deepEqual(site.releases('web1'), all);
    succeeded(await site.cutover('rollback', all[2] ?? ''));
    assert.equal(site.read('web1', 'index.html'), 'three\n');
  });

  it("is followed by a removal that keeps the release in service, where Deployer's and Shipit's remove it", async () => {
    const site = opened();
    const all = await deployedInTurn(site, 'one', 'two', 'three');
    succeeded(await site.cutover('rollback', all[0] ?? ''));
    succeeded(await site.cutover('prune', '--yes', '--set', 'keep=1'));
    assert.equal(site.serves('web1'), all[0]);
    assert.equal(site.read('web1', 'index.html'), 'one\n');
    assert.ok(site.releases('web1').length > 1, 'nothing is left to go to');
    const four = await deployed(site, 'four', { keep: 1 });
    assert.deepEqual(site.releases('web1'), [all[0], all[1], four]);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), all[0]);
  });
});

describe('a deployment', () => {
  it('publishes what it built whatever a killed one left, where Capistrano publishes the release before', async () => {
    const site = opened();
    const [one = ''] = await deployedInTurn(site, 'one');
    const path = (name: string): string => join(site.path('web1'), name);
    symlinkSync(`releases/${one}`, path('current.20260322120000-dead'));
    symlinkSync(`releases/${one}`, path('current.new'));
    symlinkSync(one, path('releases/current'));
    mkdirSync(path('releases/.trash-20260101000000'));
    writeFileSync(path('releases/.trash-20260101000000/half-deleted'), '');
    mkdirSync(path('releases/20260102000000'));
    mkdirSync(path('.cutover/incoming/20260322120000-dead'));
    const two = await deployed(site, 'two');
    assert.equal(readlinkSync(path('current')), `releases/${two}`);
    assert.equal(site.read('web1', 'index.html'), 'two\n');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), one);
    assert.deepEqual(
      readdirSync(path(`releases/${one}`)).filter((name) => name.startsWith('current')),
      [],
    );
  });

  it('that failed is out of the way of other commands, which act in its release with Deployer', async () => {
    const site = opened();
    await deployedInTurn(site, 'one');
    await failed(site, 'failed');
    const shown = await site.cutover('exec', '--', 'cat', 'index.html');
    succeeded(shown);
    assert.match(shown.out, /\bone\b/);
  });

  it('takes a hostile branch for a name, where Deployer runs it on the server', async () => {
    const site = opened();
    for (const branch of [
      "x';touch${IFS}owned;'",
      '$(touch${IFS}owned)',
      '`touch${IFS}owned`',
      '"&&touch${IFS}owned;"',
    ]) {
      git(site.repository, ['checkout', '-q', '-B', branch]);
      site.change({ 'index.html': `${branch}\n` });
      site.configure({ hooks: { build: [`printf '%s\\n' {{ branch }} "{{ branch }}" '{{ branch }}' > branch.txt`] } });
      succeeded(await site.cutover('deploy', '--ref', branch));
      assert.equal(site.read('web1', 'branch.txt'), `${branch}\n`.repeat(3));
    }
    git(site.repository, ['checkout', '-q', 'main']);
    for (const place of [site.repository, site.path('web1'), join(site.path('web1'), 'current/'), site.directory])
      assert.equal(existsSync(join(place, 'owned')), false, place);
  });
});

describe('on three hosts', () => {
  const names = ['web1', 'web2', 'web3'];
  const opened = freshForEach({ hosts: names });

  it('one that is locked leaves no lock on the others, which stay locked for ever with Deployer', async () => {
    const site = opened();
    const [served] = await deployedInTurn(site, 'one');
    mkdirSync(join(site.path('web2'), '.cutover/lock'));
    ended(await site.cutover('deploy'), 4);
    assert.deepEqual(
      names.map((host) => site.isLocked(host)),
      [false, true, false],
    );
    assert.deepEqual(
      names.map((host) => site.serves(host)),
      [served, served, served],
    );
    succeeded(await site.cutover('unlock', '--yes'));
    await deployed(site, 'two');
  });

  it('one that cannot activate puts the others back, where Deployer and Capistrano leave two new and one old', async () => {
    const site = opened();
    const [served] = await deployedInTurn(site, 'one');
    const gone = { run: 'rm -rf "$CUTOVER_RELEASE"', hosts: ['web2'] };
    await failed(site, 'two', { hooks: { 'before activate': [gone] } });
    assert.deepEqual(
      names.map((host) => site.serves(host)),
      [served, served, served],
    );
    assert.deepEqual(
      names.map((host) => site.isLocked(host)),
      [false, false, false],
    );
    // Requests may still be in what was in service for a moment.
    const sound = (host: string) => site.releases(host).filter((name) => stateOf(site.record(host, name)) !== 'failed');
    assert.deepEqual(names.map(sound), [[served], [served], [served]]);
  });

  it('a command that fails on one of them is told by the exit code, which is 0 with Deployer', async () => {
    const site = opened();
    await deployedInTurn(site, 'one');
    const called = await site.cutover('exec', '--', 'case $PWD in */web2/*) exit 7 ;; esac');
    ended(called, 1);
    assert.match(called.out + called.err, /web2.*exit code 7/);
  });
});

/** The same with a build that fails, unless told otherwise. */
async function failed(site: Shop, text: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  site.change({ 'index.html': `${text}\n` });
  site.configure({ hooks: { build: ['echo "cannot be built"; exit 1'] }, ...more });
  ended(await site.cutover('deploy'), 1);
}
