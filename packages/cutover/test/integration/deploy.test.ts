import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { type Shop, shopForAll, succeeded } from '../kit/shop.ts';

describe('a deployment over a real sshd', () => {
  const opened = shopForAll({ name: `ho sts' "x"` });

  it('refuses a ref that does not exist and changes nothing', async () => {
    const site = opened();
    const refused = await site.cutover('deploy', '--ref', 'mian');
    assert.equal(refused.code, 3);
    assert.match(refused.err, /main/);
    assert.match(refused.err, /Nothing was changed/);
    assert.equal(existsSync(site.path('web1')), false);
  });

  it('refuses the first deployment when a shared file is missing, and never makes one of .env.example', async () => {
    const site = opened();
    site.configure({ shared: { files: ['.env'] } });
    site.change({ '.env.example': 'APP_DEBUG=true\n' });
    const refused = await site.cutover('deploy');
    assert.equal(refused.code, 3, refused.out);
    assert.match(refused.err, /\.env must exist before the first deployment\. Send it with "cutover env push"/);
    assert.equal(existsSync(join(site.path('web1'), '.env')), false);
    site.configure({});
  });

  it('makes everything on the first host, then a release beside it, then goes back', async () => {
    const site = opened();
    const first = site.change({ 'index.html': 'one\n' });
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'index.html'), 'one\n');
    assert.equal(site.read('web1', 'REVISION'), `${first}\n`);
    const one = site.serves('web1') ?? '';
    assert.equal(readlinkSync(join(site.path('web1'), 'current')), `releases/${one}`);

    site.change({ 'index.html': 'two\n', 'public/build/app.2.js': '2\n' });
    succeeded(await site.cutover('deploy'));
    const two = site.serves('web1') ?? '';
    assert.equal(site.read('web1', 'index.html'), 'two\n');
    assert.deepEqual(site.releases('web1'), [one, two]);
    assert.deepEqual([stateOf(site.record('web1', one)), stateOf(site.record('web1', two))], ['retired', 'live']);

    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), one);
    assert.deepEqual([stateOf(site.record('web1', one)), stateOf(site.record('web1', two))], ['live', 'bad']);
    assert.equal(site.isLocked('web1'), false);
  });

  it('keeps .git out, and gives files the time of the deployment and not of the commit', () => {
    const release = join(opened().path('web1'), 'current/');
    assert.equal(existsSync(join(release, '.git')), false);
    assert.ok(Math.abs(Date.now() - statSync(join(release, 'index.html')).mtimeMs) < 600_000);
  });

  it('shares a directory between releases and seeds it from the first', async () => {
    const site = opened();
    rmSync(site.path('web1'), { recursive: true });
    site.change({ 'storage/framework/.gitignore': '*\n!.gitignore\n' });
    succeeded(await site.cutover('deploy'));
    writeFileSync(join(site.path('web1'), 'storage/upload.txt'), 'kept');
    site.change({ 'index.html': 'two\n' });
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'storage/upload.txt'), 'kept');
    assert.ok(existsSync(join(site.path('web1'), 'storage/framework/.gitignore')));
    assert.equal(readlinkSync(join(site.path('web1'), 'current', 'storage')), '../../storage');
  });

  it('lets the assets of the release before live on in the new one, for one release', async () => {
    const site = opened();
    for (const [before, number] of [
      ['2', '3'],
      ['3', '4'],
    ] as const) {
      rename(site, before, number);
      succeeded(await site.cutover('deploy'));
      assert.equal(site.read('web1', `public/build/app.${number}.js`), `${number}\n`);
      assert.equal(site.read('web1', `public/build/app.${before}.js`), `${before}\n`);
    }
    assert.equal(existsSync(join(site.path('web1'), 'current/public/build/app.2.js')), false);
  });

  const odd = ['new\nline.txt', `quo'te".txt`, '-rf', 'ümlaut', 'a b/c d'];

  it('treats a commit message, an author and a branch as text, whatever they say', async () => {
    const site = opened();
    site.configure({ hooks: { build: ['printf "%s\\n" "{{ message }}" {{ branch }} > message.txt'] } });
    const message = `"; touch owned; $(touch owned) \`touch owned\` '`;
    site.change(Object.fromEntries(odd.map((name) => [name, `${name}\n`])), message);
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'message.txt'), `${message}\nmain\n`);
    assert.equal(existsSync(join(site.path('web1'), 'current/owned')), false);
  });

  it('deploys file names with newlines, quotes and leading dashes, executables and links', () => {
    for (const name of odd) assert.equal(opened().read('web1', name), `${name}\n`);
  });

  it('leaves nothing in the work tree of the project', () => {
    const { repository } = opened();
    assert.equal(execFileSync('git', ['status', '--porcelain'], { cwd: repository }).toString(), '');
    assert.ok(existsSync(join(repository, 'cutover.config.json')));
    assert.equal(lstatSync(join(repository, '.git')).isDirectory(), true);
  });
});

describe('a deployment to four hosts', () => {
  const hosts = ['web1', 'web2', 'web3', 'web4'];
  const opened = shopForAll({ hosts });
  before(async () => succeeded(await opened().cutover('deploy')));

  it('goes to all hosts or to none: a build that fails on one leaves all as they were', async () => {
    const site = opened();
    const before = site.serves('web3');
    site.configure({ hooks: { build: [{ run: 'echo building; test {{ host }} != web3' }] } });
    site.change({ 'index.html': 'broken\n' });
    const undone = await site.cutover('deploy');
    assert.equal(undone.code, 1, undone.out + undone.err);
    for (const host of hosts) {
      assert.equal(site.serves(host), before);
      assert.equal(site.read(host, 'index.html'), 'first\n');
      assert.equal(site.releases(host).length, 1);
      assert.equal(site.isLocked(host), false);
    }
  });

  it('puts all hosts back when a check fails on one after the activation', async () => {
    const site = opened();
    const before = site.serves('web1');
    site.configure({
      checks: [{ command: 'test "$CUTOVER_HOST" != web2 || { echo "the basket is empty"; exit 1; }', within: '1s' }],
    });
    site.change({ 'index.html': 'broken too\n' });
    const undone = await site.cutover('deploy', '--host', 'web1', '--host', 'web2');
    assert.equal(undone.code, 1, undone.out + undone.err);
    assert.match(undone.out, /the basket is empty/);
    assert.deepEqual([site.serves('web1'), site.serves('web2')], [before, before]);
  });
});

function rename(site: Shop, before: string, after: string): void {
  rmSync(join(site.repository, `public/build/app.${before}.js`));
  site.change({ [`public/build/app.${after}.js`]: `${after}\n` });
}
