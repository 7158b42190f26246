import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { giveToNobody, shellOfNobody, takeFromNobody } from '../kit/nobody.ts';
import { ended, shopForAll, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';

/** What belongs to root cannot be given away by anybody else. */
const skip = userInfo().uid === 0 ? false : 'only root can give files to somebody else';

describe('where the user of a host may not write,', () => {
  const opened = shopForAll({ sshd: { shell: shellOfNobody } });
  const at = (...names: readonly string[]): string => join(opened().path('web1'), ...names);
  before(async () => {
    const site = opened();
    chmodSync(site.directory, 0o755);
    mkdirSync(at());
    giveToNobody(at());
    succeeded(await site.cutover('deploy'));
  });

  /** A deployment that fails leaves all as it was, and the next one succeeds. */
  async function undone(says: RegExp, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const site = opened();
    const served = site.serves('web1');
    site.configure(more);
    const failed = await site.cutover('deploy');
    ended(failed, 1);
    assert.match(failed.out, says);
    assert.match(failed.out, /what served before still serves/);
    assert.equal(site.serves('web1'), served);
    assert.deepEqual(site.releases('web1').slice(-1), [served]);
    assert.equal(site.isLocked('web1'), false);
    site.configure({});
  }

  for (const place of ['releases', '.cutover', '.cutover/releases', ''])
    it(`in ${place === '' ? 'the deploy path' : place}, the deployment is refused and nothing is changed`, async () => {
      const site = opened();
      const before = [site.serves('web1'), ...site.releases('web1')];
      takeFromNobody(at(place));
      const refused = await site.cutover('deploy');
      ended(refused, 3);
      assert.ok(refused.err.includes(at(place)), refused.err);
      assert.match(
        refused.err,
        new RegExp(`${site.serves('web1')} is in service and stays\\. On the host: .*ch(own|mod)`),
      );
      assert.deepEqual([site.serves('web1'), ...site.releases('web1')], before);
      assert.equal(site.isLocked('web1'), false);
      giveToNobody(at(place));
    });

  it('in the directory that the deploy path is to be made in, it is refused, by check as well', async () => {
    const site = opened();
    renameSync(at(), `${at()}.aside`);
    takeFromNobody(join(at(), '..'));
    const missing = await site.cutover('deploy');
    ended(missing, 3);
    assert.match(
      missing.err,
      /does not exist and \S+ cannot make it\. .*\/hosts belongs to .* `sudo install -d -o \S+ /,
    );
    const checked = await site.cutover('check');
    ended(checked, 3);
    assert.match(checked.out, /deploy-path +.*does not exist and \S+ cannot make it/);
    assert.equal(existsSync(at()), false);
    renameSync(`${at()}.aside`, at());
  });

  it('in a shared directory, the deployment succeeds, for it writes nothing there; told to make it writable, it is undone and says why', {
    skip,
  }, async () => {
    takeFromNobody(at('storage'));
    succeeded(await opened().cutover('deploy'));
    await undone(/chmod: changing permissions of '\.\/storage'/, { writable: { paths: ['storage'] } });
    giveToNobody(at('storage'));
  });

  it('where a shared directory is to be made, it is refused, and a rollback is not', async () => {
    const site = opened();
    mkdirSync(at('shared'));
    giveToNobody(at('shared'));
    renameSync(at('storage'), at('shared/storage'));
    symlinkSync('shared/storage', at('storage'));
    site.configure({ layout: 'shared' });
    succeeded(await site.cutover('deploy'));
    site.configure({ layout: 'shared', shared: { directories: ['storage', 'uploads'] } });
    takeFromNobody(at('shared'));
    const before = [site.serves('web1'), ...site.releases('web1')];
    for (const command of ['deploy', 'check']) {
      const { code, out, err } = await site.cutover(command);
      assert.equal(code, 3, out + err);
      assert.match(
        (out + err).replaceAll(/\s+/g, ' '),
        new RegExp(`${at('shared')} belongs to .* is in service and stays\\. On the host: .*ch(own|mod) .*/shared`),
      );
    }
    assert.deepEqual([site.serves('web1'), ...site.releases('web1')], before);
    succeeded(await site.cutover('rollback'));
    giveToNobody(at('shared'));
    succeeded(await site.cutover('deploy'));
    site.configure({});
  });

  it('over a current that is somebody else’s, in a directory where only owners may replace files, nothing is activated', {
    skip,
  }, async () => {
    takeFromNobody(at());
    chmodSync(at(), 0o1777);
    execFileSync('chown', ['-h', '0', at('current')]);
    await undone(/current could not be replaced/);
    giveToNobody(at());
    succeeded(await opened().cutover('deploy'));
  });

  it('among the journals of earlier deployments, it goes on: nobody reads those any more', async () => {
    const old = Array.from({ length: 25 }, (_, i) => `20200101${String(i).padStart(6, '0')}-root`);
    for (const name of old) mkdirSync(at('.cutover/runs', name, '1.web1'), { recursive: true });
    for (const name of old) for (const path of [`${name}/1.web1`, name]) takeFromNobody(at('.cutover/runs', path));
    succeeded(await opened().cutover('deploy'));
    for (const name of old.filter((each) => existsSync(at('.cutover/runs', each))))
      rmSync(at('.cutover/runs', name), { recursive: true });
  });
});

describe('a release that cannot simply be removed', () => {
  const opened = shopForAll({ sshd: { shell: shellOfNobody } });
  const at = (...names: readonly string[]): string => join(opened().path('web1'), ...names);
  const trash = () => readdirSync(at('releases')).filter((name) => name.startsWith('.trash-'));
  before(async () => {
    chmodSync(opened().directory, 0o755);
    mkdirSync(at());
    giveToNobody(at());
    succeeded(await opened().cutover('deploy'));
  });

  it('because its directories may not be written in is removed all the same, when it failed and when it is old', async () => {
    const site = opened();
    const served = site.serves('web1');
    const build = 'mkdir -p cache/deep && : > cache/deep/file && chmod 500 cache/deep && chmod 000 cache';
    site.configure({ keep: 1, hooks: { build: [build], 'before activate': ['false'] } });
    ended(await site.cutover('deploy'), 1);
    assert.deepEqual([site.serves('web1'), site.releases('web1'), trash()], [served, [served], []]);
    site.configure({ keep: 1, hooks: { build: [build] } });
    for (let i = 0; i < 4; i += 1) {
      const { code, out, err } = await site.cutover('deploy');
      assert.equal(code, 0, out + err);
      assert.doesNotMatch(out, /failed without stopping it/);
    }
    assert.equal(site.releases('web1').length, 3);
    await until('old ones are removed', () => trash().length === 0);
  });

  it('because of somebody else’s files in it is put aside as it failed, and the host is not taken for stuck', {
    skip,
  }, async () => {
    const site = opened();
    const served = site.serves('web1');
    mkdirSync(at('box/theirs'), { recursive: true });
    writeFileSync(at('box/theirs/file'), '');
    giveToNobody(at('box'));
    takeFromNobody(at('box/theirs'));
    site.configure({ hooks: { build: ['mv ../../box .'], 'before activate': ['false'] } });
    const failed = await site.cutover('deploy', '--verbose');
    ended(failed, 1);
    assert.match(failed.out, /releases\/\.trash-\d+ could not be removed whole \(.*On the host: sudo rm -rf /);
    assert.deepEqual([site.serves('web1'), site.releases('web1').at(-1), trash().length], [served, served, 1]);
    site.configure({});
    const warned = await site.cutover('deploy');
    succeeded(warned);
    const told = warned.out.split('\n').filter((line) => line.includes('could not be removed whole'));
    assert.equal(told.length, 1, warned.out);
    execFileSync('sh', ['-ec', /sudo (rm -rf .*)/.exec(told[0] ?? '')?.[1] ?? 'exit 1']);
    assert.doesNotMatch((await site.cutover('prune', '--yes')).out, /could not be removed/);
    assert.deepEqual(trash(), []);
  });
});
