import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Called, ended, type Shop, shop, shopForAll, succeeded } from '../kit/shop.ts';
import { type Sshd, startSshd } from '../kit/sshd.ts';
import { workspace } from '../source/kit.ts';

const names = ['web1', 'web1-alias'] as const;

/** One sshd for all names. */
function oneMachine(): () => Promise<Sshd> {
  let started: Promise<Sshd> | null = null;
  return () => (started ??= startSshd());
}

/** Each name by its deploy path, with a role and a hook of its own, which leaves a mark. */
function configure(site: Shop, paths: readonly [string, string]): void {
  const hosts = names.map((name, i) => [name, { address: name, path: paths[i], roles: [name] }] as const);
  const build = names.map((name) => ({ run: `echo ${name} >> ${marks(site)}`, roles: [name] }));
  site.configure({ stages: { production: { hosts: Object.fromEntries(hosts), hooks: { build } } } });
}

function marks(site: Shop): string {
  return join(site.directory, 'marks');
}

function refused(called: Called, says: RegExp): void {
  ended(called, 3);
  assert.match(called.err, says);
  assert.match(called.err, /Nothing was changed\.\n$/);
}

describe('two hosts that are one machine and one deploy path under two names', () => {
  const opened = shopForAll({ hosts: names, reach: oneMachine() });
  const twice = (): readonly [string, string] => [opened().path('web1'), opened().path('web1')];

  it('are refused before the first deployment has made anything', async () => {
    const site = opened();
    configure(site, twice());
    const says = new RegExp(
      `^One machine answers for web1 and web1-alias, and ${site.path('web1')} is one directory there: .* Nothing is in service there\\. Keep one of them in the config, .*--host web1\\.`,
    );
    refused(await site.cutover('deploy'), says);
    assert.deepEqual([existsSync(site.path('web1')), existsSync(marks(site))], [false, false]);
  });

  it('are deployed to by one of the names, and refused by all commands that take a lock, with what is in service', async () => {
    const site = opened();
    configure(site, twice());
    for (let i = 0; i < 2; i++) succeeded(await site.cutover('deploy', '--host', 'web1'));
    assert.equal(readFileSync(marks(site), 'utf8'), 'web1\nweb1\n');
    const before = [
      site.serves('web1'),
      ...site.releases('web1'),
      ...readdirSync(join(site.path('web1'), '.cutover/runs')),
    ];
    const says = new RegExp(`${site.serves('web1')} is in service and stays\\.`);
    for (const args of [['deploy'], ['rollback'], ['prune'], ['recover'], ['unlock'], ['plan']])
      refused(await site.cutover(...args, '--yes'), says);
    const after = [
      site.serves('web1'),
      ...site.releases('web1'),
      ...readdirSync(join(site.path('web1'), '.cutover/runs')),
    ];
    assert.deepEqual(after, before);
  });

  it('are looked at by status, and named by check', async () => {
    const site = opened();
    configure(site, twice());
    succeeded(await site.cutover('status'));
    const checked = await site.cutover('check');
    ended(checked, 3);
    assert.match(checked.out, /✗ deploy-path +One machine answers for web1 and web1-alias/);
  });

  it('are refused as well where one of the paths is a link to the other', async () => {
    const site = opened();
    const link = `${site.path('web1')}-link`;
    symlinkSync(site.path('web1'), link);
    configure(site, [site.path('web1'), link]);
    refused(await site.cutover('deploy'), new RegExp(`${site.path('web1')} and ${link} are one directory there`));
  });
});

it('two names of one machine with a deploy path each are deployed to together', async (t) => {
  const site = await shop(t, { hosts: names, reach: oneMachine() });
  configure(site, [site.path('web1'), site.path('web1-alias')]);
  succeeded(await site.cutover('deploy'));
  assert.deepEqual(readFileSync(marks(site), 'utf8').trim().split('\n').sort(), [...names]);
});

it('two machines that share a deploy path, which no look can tell, are refused by the second lock', {
  skip: userInfo().uid === 0 ? false : 'only root can give a machine another name',
}, async (t) => {
  const renamed = join(workspace(t), 'renamed');
  writeFileSync(renamed, 'hostname "machine-$$"\nexec /bin/sh "$@"\n');
  const site = await shop(t, { hosts: names, sshd: { shell: ['unshare', '--uts', 'sh', renamed] } });
  configure(site, [site.path('web1'), site.path('web1')]);
  const called = await site.cutover('deploy');
  ended(called, 3);
  assert.match(called.out, /web1(?:-alias)? has the deploy path of another host of this deployment\./);
  assert.match(called.out, /was refused before it (?:changed anything|put anything in service)/);
  assert.deepEqual([site.isLocked('web1'), site.serves('web1'), existsSync(marks(site))], [false, null, false]);
  configure(site, [site.path('web1'), site.path('web1-alias')]);
  succeeded(await site.cutover('deploy'));
});
