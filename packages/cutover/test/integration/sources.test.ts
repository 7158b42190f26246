import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startLink } from '../kit/link.ts';
import { type Called, ended, type Shop, shop, shopForAll, succeeded } from '../kit/shop.ts';
import { makeTools, pathOf, type ToolChanges } from '../kit/tools.ts';
import { commit, git, repository, workspace, write } from '../source/kit.ts';

describe('code that is sent from the repository here', () => {
  const opened = shopForAll({ hosts: ['web1', 'web2'] });

  it('goes over once: the second deployment sends what changed, the third, of the same tree, nothing', async () => {
    const site = opened();
    site.change({ 'large.bin': noise(300_000), 'a/b.txt': 'one\n' });
    succeeded(await site.cutover('deploy'));
    const first = packs(site);
    assert.ok(sum(first) > 150_000, `the first sent ${sum(first)} bytes`);

    site.change({ 'a/b.txt': 'two\n' });
    succeeded(await site.cutover('deploy'));
    const second = packs(site).slice(first.length);
    assert.equal(second.length, 1);
    assert.ok(sum(second) < 2000, `the second sent ${sum(second)} bytes`);
    assert.equal(site.read('web1', 'a/b.txt'), 'two\n');

    site.change({}, 'The same once more');
    succeeded(await site.cutover('deploy'));
    assert.equal(packs(site).length, first.length + 1);
    assert.equal(site.read('web1', 'large.bin').length, 300_000);
    assert.equal(site.read('web2', 'a/b.txt'), 'two\n');
  });

  it('is what a tag, a short or a full SHA stands for, not what the work tree has', async () => {
    const site = opened();
    const tagged = site.change({ 'index.html': 'tagged\n' });
    git(site.repository, ['tag', '-a', 'v1.4.0', '-m', 'Version 1.4.0']);
    const plain = site.change({ 'index.html': 'by its SHA\n' });
    site.change({ 'index.html': 'later\n' });
    for (const [ref, content, revision] of [
      ['v1.4.0', 'tagged\n', tagged],
      [plain, 'by its SHA\n', plain],
      [plain.slice(0, 10), 'by its SHA\n', plain],
    ] as const) {
      succeeded(await site.cutover('deploy', '--ref', ref, '--host', 'web1'));
      assert.equal(site.read('web1', 'index.html'), content);
      assert.equal(site.read('web1', 'REVISION'), `${revision}\n`);
    }
  });

  it('is one directory of a monorepo, as if it were all', async () => {
    const site = opened();
    site.change({ 'apps/shop/page.html': 'shop\n', 'apps/blog/page.html': 'blog\n' });
    site.configure({ source: { type: 'git', ref: 'main', subdirectory: 'apps/shop' }, assets: [] });
    succeeded(await site.cutover('deploy', '--host', 'web1'));
    assert.deepEqual(held(site), ['REVISION', 'page.html', 'storage']);
    site.configure({ source: { type: 'git', ref: 'main', subdirectory: 'apps/ship' } });
    const refused = await site.cutover('deploy', '--host', 'web1');
    ended(refused, 3);
    assert.match(refused.err, /has no directory "apps\/ship"\.\nNothing was changed/);
    site.configure({});
  });

  it('is built on one host, once, and its result goes to others', async () => {
    const site = opened();
    const run =
      'mkdir dist; echo "$SSH_CONNECTION" > dist/where; head -c 300000 /dev/urandom > dist/noise; cksum dist/noise';
    site.configure({ source: { type: 'git', repository: site.repository, build: { on: 'web2', run, path: 'dist' } } });
    const sha = site.change({ 'index.html': 'built elsewhere\n' });
    const deployed = await site.cutover('deploy', '--host', 'web1');
    succeeded(deployed);
    assert.match(deployed.err, new RegExp(`^Building ${sha.slice(0, 10)} on web2\\.$`, 'm'));
    assert.match(site.read('web1', 'where'), new RegExp(` ${site.sshd('web2').port}\n$`));
    const sum = execFileSync('cksum', ['noise'], { cwd: join(site.path('web1'), 'current/') }).toString();
    assert.ok(deployed.err.includes(sum.replace(' noise', ' dist/noise')), deployed.err);
    site.configure({});
  });

  it('is refused with submodules and with files that LFS keeps elsewhere, before anything is changed', async () => {
    const site = opened();
    const served = site.serves('web1');
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    site.change({ '.gitattributes': '*.psd filter=lfs\n', 'logo.psd': pointer });
    const large = await site.cutover('deploy');
    ended(large, 3);
    assert.match(large.err, /files that Git LFS keeps elsewhere \("logo.psd"\).*artifact.*Nothing was changed\./s);

    const inner = repository(join(site.directory, 'inner'), { 'a.txt': 'a\n' });
    git(site.repository, ['rm', '-q', 'logo.psd', '.gitattributes']);
    git(site.repository, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'theme']);
    commit(site.repository, 'A theme');
    const modules = await site.cutover('deploy');
    ended(modules, 3);
    assert.match(modules.err, /has git submodules \("theme"\).*artifact.*Nothing was changed\./s);
    assert.equal(site.serves('web1'), served);
  });
});

describe('a host that lacks a tool', () => {
  const cases: readonly (readonly [string, ToolChanges, RegExp])[] = [
    ['git gets an archive', { without: ['git'] }, /receive the archive and unpack/],
    ['git and zstd gets an archive packed by gzip', { without: ['git', 'zstd'] }, /receive the archive and unpack/],
    ['git, zstd and gzip gets a plain one', { without: ['git', 'zstd', 'gzip'] }, /receive the archive and unpack/],
  ];
  for (const [title, changes, says] of cases)
    it(`${title}, and goes back`, async (t) => {
      const site = await shopWith(t, changes);
      const deployed = await site.cutover('deploy');
      succeeded(deployed);
      assert.match(deployed.out, says);
      const first = site.serves('web1');
      assert.equal(existsSync(join(site.path('web1'), '.cutover/repo.git')), false);
      assert.deepEqual(held(site), ['REVISION', 'deploy.sh', 'index.html', 'public', 'storage']);
      site.change({ 'index.html': 'two\n' });
      site.configure({ hooks: { build: ['false'] } });
      ended(await site.cutover('deploy'), 1);
      assert.equal(site.serves('web1'), first);
    });

  it('tar is refused before anything is changed, and it says what to install', async (t) => {
    const site = await shopWith(t, { without: ['tar'] });
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /web1: a tool is missing: install .*tar/);
    assert.equal(existsSync(site.path('web1')), false);
  });
});

describe('code that each host fetches', () => {
  const opened = shopForAll({ hosts: ['web1', 'web2'] });

  it('comes from the remote at the revision that was found here, by branch and by SHA', async () => {
    const { site, remote } = fetching(opened());
    succeeded(await site.cutover('deploy'));
    assert.deepEqual([site.read('web1', 'index.html'), site.read('web2', 'index.html')], ['remote\n', 'remote\n']);
    const first = git(remote, ['rev-parse', 'main']).trim();
    assert.equal(site.read('web1', 'REVISION'), `${first}\n`);

    push(site, remote, { 'index.html': 'newer\n' });
    succeeded(await site.cutover('deploy', '--ref', first, '--host', 'web1'));
    assert.equal(site.read('web1', 'index.html'), 'remote\n');
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'index.html'), 'newer\n');
    assert.equal(existsSync(join(site.path('web1'), 'current/.git')), false);
  });

  it('is put back when the ref is forced away between the plan and the fetch', async () => {
    const { site, remote } = fetching(opened());
    if (site.serves('web1') === null) succeeded(await site.cutover('deploy'));
    const served = site.serves('web1');
    push(site, remote, { 'index.html': 'to be lost\n' });
    const failed = await whileItWaits(site, () => {
      git(remote, ['update-ref', 'refs/heads/main', 'main~1']);
      git(remote, ['gc', '-q', '--prune=now']);
    });
    ended(failed, 1);
    assert.match(failed.out, /The remote no longer has this revision\./);
    assert.deepEqual([site.serves('web1'), site.serves('web2')], [served, served]);
    assert.deepEqual([site.isLocked('web1'), site.isLocked('web2')], [false, false]);
  });

  it('is put back when there are no files in it', async () => {
    const { site, remote } = fetching(opened());
    if (site.serves('web1') === null) succeeded(await site.cutover('deploy'));
    const served = site.serves('web1');
    git(remote, [
      'update-ref',
      'refs/heads/main',
      git(remote, ['commit-tree', '-m', 'Nothing', git(remote, ['mktree'], '').trim()]).trim(),
    ]);
    const failed = await site.cutover('deploy', '--host', 'web1');
    ended(failed, 1);
    assert.match(failed.out, /The revision holds no files\./);
    assert.equal(site.serves('web1'), served);
  });

  it('is refused here when the remote has no such branch, with the nearest names', async () => {
    const { site } = fetching(opened());
    const refused = await site.cutover('deploy', '--ref', 'mian');
    ended(refused, 3);
    assert.match(refused.err, /has no branch, tag or commit “mian”.*main.*Nothing was changed/s);
  });
});

describe('an artifact', () => {
  const opened = shopForAll();

  it('is a directory without what is excluded, or an archive, and its digest is the revision', async () => {
    const site = opened();
    const dist = join(site.directory, 'dist');
    write(dist, {
      'index.html': 'built\n',
      'js/app.js': '1\n',
      'js/app.js.map': 'map\n',
      'node_modules/x/y.js': 'y\n',
    });
    site.configure({ source: { type: 'artifact', path: dist, exclude: ['node_modules', '*.map'] }, assets: [] });
    succeeded(await site.cutover('deploy'));
    assert.deepEqual(held(site), ['REVISION', 'index.html', 'js', 'storage']);
    assert.deepEqual(readdirSync(join(site.path('web1'), 'current/js')), ['app.js']);
    assert.match(site.read('web1', 'REVISION'), /^sha256:[0-9a-f]{64}\n$/);

    const archive = join(site.directory, 'app.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', dist, 'index.html', 'node_modules']);
    site.configure({ source: { type: 'artifact', path: archive }, assets: [] });
    const unpacked = await site.cutover('deploy');
    succeeded(unpacked);
    assert.match(unpacked.out, /receive the changed objects and unpack/);
    assert.deepEqual(held(site), ['REVISION', 'index.html', 'node_modules', 'storage']);
    const tar = execFileSync('gzip', ['-dc', archive]);
    assert.equal(site.read('web1', 'REVISION'), `sha256:${createHash('sha256').update(tar).digest('hex')}\n`);
    succeeded(await site.cutover('rollback'));
    assert.deepEqual(held(site), ['REVISION', 'index.html', 'js', 'storage']);
  });

  it('that is a zip archive goes over as its files, and is refused when it is not plain', async () => {
    const site = opened();
    const dist = join(site.directory, 'zipped');
    const zip = join(site.directory, 'site.zip');
    write(dist, { 'index.html': 'zipped\n', 'bin/run': '#!/bin/sh\n' });
    execFileSync('sh', ['-c', 'chmod 755 bin/run && ln -s bin/run start && zip -qry ../site.zip .'], { cwd: dist });
    site.configure({ source: { type: 'artifact', path: zip }, assets: [] });
    const unpacked = await site.cutover('deploy');
    succeeded(unpacked);
    assert.match(unpacked.out, /receive the changed objects and unpack/);
    assert.deepEqual(held(site), ['REVISION', 'bin', 'index.html', 'start', 'storage']);
    const current = join(site.path('web1'), 'current');
    assert.equal(readlinkSync(join(current, 'start')), 'bin/run');
    assert.equal(statSync(join(current, 'bin/run')).mode & 0o777, 0o755);
    execFileSync('sh', ['-c', 'rm ../site.zip && zip -qry -P word ../site.zip .'], { cwd: dist });
    const refused = await site.cutover('deploy');
    assert.equal(refused.code, 3);
    assert.match(refused.err, /in it is encrypted/);
    assert.deepEqual(held(site), ['REVISION', 'bin', 'index.html', 'start', 'storage']);
  });

  it('that is a directory goes over once, then what changed of it, then nothing; empty directories and modes too', async () => {
    const site = opened();
    const dist = join(site.directory, 'large');
    write(dist, { 'large.bin': noise(300_000), 'a/b.txt': 'one\n', '.gitattributes': '* export-ignore\n' });
    mkdirSync(join(dist, 'var/empty'), { recursive: true });
    chmodSync(join(dist, 'a/b.txt'), 0o640);
    site.configure({ source: { type: 'artifact', path: dist }, assets: [] });
    succeeded(await site.cutover('deploy'));
    const before = packs(site).length;
    assert.ok(packs(site).some((size) => size > 150_000));

    write(dist, { 'a/b.txt': 'two\n' });
    succeeded(await site.cutover('deploy'));
    const [second = 0, ...more] = packs(site).slice(before);
    assert.ok(second < 1000 && more.length === 0, `the second sent ${second} bytes`);
    assert.equal(site.read('web1', 'a/b.txt'), 'two\n');
    utimesSync(join(dist, 'a/b.txt'), 1, 1);
    const same = await site.cutover('deploy');
    succeeded(same);
    assert.match(same.out, /unpack the revision/);
    assert.equal(packs(site).length, before + 1);
    assert.deepEqual(held(site), ['.gitattributes', 'REVISION', 'a', 'large.bin', 'storage', 'var']);
    assert.ok(statSync(join(site.path('web1'), 'current/var/empty')).isDirectory());
    assert.equal(statSync(join(site.path('web1'), 'current/a/b.txt')).mode & 0o777, 0o640);

    rmSync(join(site.path('web1'), '.cutover/repo.git/objects'), { recursive: true });
    write(dist, { 'a/b.txt': 'three\n' });
    succeeded(await site.cutover('deploy'));
    assert.deepEqual([site.read('web1', 'a/b.txt'), site.read('web1', 'large.bin').length], ['three\n', 300_000]);

    // As a power cut may leave what arrived just before it.
    for (const content of ['four\n', 'five\n']) {
      write(dist, { 'a/b.txt': content });
      succeeded(await site.cutover('deploy'));
      assert.equal(site.read('web1', 'a/b.txt'), content);
      emptyLastPack(site);
      succeeded(await site.cutover('deploy'));
      assert.deepEqual([site.read('web1', 'a/b.txt'), site.read('web1', 'large.bin').length], [content, 300_000]);
    }
  });

  it('whose link drops in the middle of it is sent again, and all succeeds as if nothing had been', async (t) => {
    const site = opened();
    const dist = join(site.directory, 'over-a-link');
    const large = noise(3_000_000);
    write(dist, { 'large.bin': large });
    site.configure({ source: { type: 'artifact', path: dist }, assets: [] });
    const link = await startLink(site.sshd('web1').port);
    const entries = readFileSync(site.sshConfig, 'utf8');
    t.after(() => link.close());
    t.after(() => writeFileSync(site.sshConfig, entries));
    writeFileSync(site.sshConfig, entries.replace(`Port ${site.sshd('web1').port}\n`, `Port ${link.port}\n`));
    const call = site.start('deploy');
    const served = site.serves('web1');
    await link.dropAfter(1_000_000);
    assert.equal(site.serves('web1'), served);
    link.restore();
    const done = await call.ended;
    succeeded(done);
    assert.match(done.out, /\[web1\] The connection to web1 was lost\. It is tried again/);
    assert.equal(site.read('web1', 'large.bin'), large);
    assert.deepEqual(readdirSync(join(site.path('web1'), '.cutover/incoming')), []);
  });

  it('that changes after it was planned is not sent', async () => {
    const site = opened();
    const served = site.serves('web1');
    const dist = join(site.directory, 'changing');
    write(dist, { 'index.html': 'built\n' });
    site.configure({ source: { type: 'artifact', path: dist }, assets: [] });
    const failed = await whileItWaits(site, () => write(dist, { 'index.html': 'built anew\n' }));
    ended(failed, 1);
    assert.match(failed.out, /has changed since the deployment was planned\. Deploy again when it is built\./);
    assert.equal(site.serves('web1'), served);
    assert.equal(site.isLocked('web1'), false);
  });

  it('that does not arrive as it was sent is refused', async (t) => {
    const site = await shopWith(t, { without: ['git'], instead: { sha256sum: 'cat > /dev/null; echo 0000  -' } });
    write(join(site.directory, 'dist'), { 'index.html': 'built\n' });
    site.configure({ source: { type: 'artifact', path: join(site.directory, 'dist') }, assets: [] });
    const failed = await site.cutover('deploy');
    ended(failed, 1);
    assert.match(failed.out, /What arrived is not what was sent: the digests differ\./);
    assert.equal(site.serves('web1'), null);
    assert.deepEqual(site.releases('web1'), []);
  });
});

/** A deployment that has looked up its revision and then waits for the lock of web1, until `act` is done. */
async function whileItWaits(site: Shop, act: () => void): Promise<Called> {
  const lock = join(site.path('web1'), '.cutover/lock');
  mkdirSync(lock);
  const call = site.start('deploy', '--wait');
  await call.said('waiting for the other deployment to end');
  act();
  rmSync(lock, { recursive: true });
  return call.ended;
}

/** The names in the release in service. */
function held(site: Shop): readonly string[] {
  return readdirSync(join(site.path('web1'), 'current/')).sort();
}

/** The sizes of what arrived in web1's repository, in the order in which it came. */
function packs(site: Shop): readonly number[] {
  return packFiles(site).map((file) => statSync(file).size);
}

function emptyLastPack(site: Shop): void {
  const last = packFiles(site).at(-1) ?? '';
  chmodSync(last, 0o600);
  truncateSync(last);
}

function packFiles(site: Shop): readonly string[] {
  const directory = join(site.path('web1'), '.cutover/repo.git/objects/pack');
  return readdirSync(directory)
    .filter((name) => name.endsWith('.pack'))
    .map((name) => join(directory, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all + size, 0);
}

/** Hexadecimal digits that are the same each time and halve at best. */
function noise(length: number): string {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 28).toString(16);
  };
  return Array.from({ length }, next).join('');
}

function fetching(site: Shop): { site: Shop; remote: string } {
  const remote = join(site.directory, 'remote.git');
  if (!existsSync(remote)) {
    mkdirSync(remote);
    git(remote, ['init', '-q', '--bare', '-b', 'main']);
    push(site, remote, { 'index.html': 'remote\n' });
  }
  site.configure(sourceAt(remote));
  return { site, remote };
}

function sourceAt(remote: string): Readonly<Record<string, unknown>> {
  return { source: { type: 'fetch', url: remote, ref: 'main' } };
}

/** From a work tree of its own, so that the project's repository has nothing of it. */
function push(site: Shop, remote: string, files: Readonly<Record<string, string>>): void {
  const work = join(site.directory, 'work');
  if (!existsSync(work)) repository(work, {});
  write(work, files);
  commit(work, 'Change');
  git(work, ['push', '-q', '-f', remote, 'main']);
}

/** A shop whose host has these tools. */
async function shopWith(t: TestContext, changes: ToolChanges): Promise<Shop> {
  const directory = workspace(t);
  return shop(t, { sshd: { rc: pathOf(makeTools(join(directory, 'tools'), changes)) } });
}
