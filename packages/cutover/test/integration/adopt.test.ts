import assert from 'node:assert/strict';
import { cpSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { type Foreign, foreigners } from '../kit/foreign.ts';
import { type Read, readWhile } from '../kit/reader.ts';
import { ended, type Shop, shopForAll, succeeded } from '../kit/shop.ts';

const ways = foreigners.flatMap((foreign) =>
  (['absolute', 'relative'] as const).map((link) => ({ foreign, link, host: `${foreign.tool}-${link}` })),
);

describe('a deploy path of another tool', () => {
  const opened = shopForAll({ hosts: ways.map(({ host }) => host) });

  for (const { foreign, link, host } of ways) {
    const isAdopted = link === 'relative';
    const way = isAdopted ? 'is adopted' : 'is taken over by the first deployment';
    it(`${foreign.tool}'s, whose current is ${link}, ${way} without a moment of downtime`, async () => {
      const site = opened();
      foreign.build(site.path(host), link);
      site.configure(configFor(foreign));
      const before = readlinkSync(join(site.path(host), 'current'));

      const read = await reading(site, host, async () => {
        if (isAdopted) {
          succeeded(await site.cutover('adopt', '--yes', '--host', host));
          assert.equal(readlinkSync(join(site.path(host), 'current')), before);
        }
        site.change({ 'index.html': `by cutover on ${host}\n` });
        succeeded(await site.cutover('deploy', '--host', host));
        assert.equal(site.read(host, 'index.html'), `by cutover on ${host}\n`);
        assert.equal(site.read(host, 'storage/upload.txt'), 'kept\n');
        assert.equal(site.read(host, '.env'), 'APP_ENV=production\n');

        succeeded(await site.cutover('rollback', '--host', host));
        assert.equal(site.serves(host), foreign.live);
        const isKnown = foreign.tool !== 'envoyer';
        for (const command of ['status', 'releases'])
          assert.equal((await site.cutover(command, '--host', host)).out.includes('1f0c9b7f3a'), isKnown, command);
        await goesOnlyToWhatServed(site, host, foreign);
      });

      assert.deepEqual(read.failures, {});
      assert.ok(
        foreign.others.every((name) => site.releases(host).includes(name)),
        'a release was removed unasked',
      );
    });
  }

  it('whose shared paths the config does not name is refused, with the words that name them', async () => {
    const site = opened();
    const path = join(site.path('shipit-relative'), 'again');
    foreigners.find(({ tool }) => tool === 'shipit')?.build(path, 'absolute');
    const stages = { production: { hosts: { web1: { address: 'shipit-relative', path } } } };
    site.configure({ layout: 'shared', shared: {}, stages });
    const said =
      "a new release would be without what the one in service, 20260304100000, has by links of another tool: .env -> shared/.env, storage -> shared/storage. Share it in the config: shared: { directories: ['storage'], files: ['.env'] }.";
    for (const act of ['deploy', 'adopt', 'deploy']) {
      const called = await site.cutover(act, ...(act === 'adopt' ? ['--yes'] : []));
      ended(called, act === 'adopt' ? 0 : 3);
      if (act === 'deploy') assert.ok(called.err.includes(said), called.err);
    }
    site.configure({ layout: 'shared', shared: {}, stages, accept: { 'unshared-links': 'Nothing is uploaded.' } });
    succeeded(await site.cutover('deploy'));
  });

  it('takes over what the other tool puts in service later by mistake, and goes back to it', async () => {
    const site = opened();
    const [host, by] = ['deployer-relative', foreigners[0] as Foreign];
    site.configure(configFor(by));
    succeeded(await site.cutover('deploy', '--host', host));
    const ours = site.serves(host) ?? '';
    const at = (...names: readonly string[]) => join(site.path(host), ...names);
    cpSync(at('releases', ours), at('releases/6'), { recursive: true, verbatimSymlinks: true });
    writeFileSync(at('releases/6/index.html'), 'by mistake\n');
    symlinkSync('releases/6', at('release'));
    renameSync(at('release'), at('current'));

    const status = await site.cutover('status', '--host', host);
    assert.match(status.out, /Deployer put 6 in service, not Cutover: "cutover check" says more\./);
    assert.match(
      (await site.cutover('plan', '--host', host)).out,
      /! deployer-relative: deployer put 6 in service, not Cutover/,
    );
    succeeded(await site.cutover('deploy', '--host', host));
    assert.deepEqual(liveAt(site, host), [site.serves(host)]);
    succeeded(await site.cutover('rollback', '--host', host));
    assert.equal(site.read(host, 'index.html'), 'by mistake\n');
    succeeded(await site.cutover('rollback', '--host', host));
    assert.equal(site.serves(host), ours);
    assert.deepEqual(liveAt(site, host), [ours]);
  });

  it('has nothing more to adopt once it was adopted', async () => {
    const site = opened();
    const again = await site.cutover('adopt', '--yes', '--host', 'envoyer-relative');
    ended(again, 3);
    assert.match(again.err, /There is nothing to take over/);
  });

  it('deploys nothing again whose revision is not known, or is not in the repository', async () => {
    const site = opened();
    for (const [host, told] of [
      ['envoyer-relative', /was built by another tool and its revision is not known: deploy without --same\./],
      ['capistrano-relative', /1f0c9b7f3a/],
    ] as const) {
      const same = await site.cutover('deploy', '--same', '--host', host);
      ended(same, 3);
      assert.match(same.err, told);
    }
  });

  it('that was moved goes back to no release whose shared paths stayed behind', async () => {
    const site = opened();
    const host = 'capistrano-relative';
    site.configure(configFor(foreigners[0] as Foreign));
    const release = site.serves(host) ?? '';
    succeeded(await site.cutover('deploy', '--host', host));
    const link = join(site.path(host), 'releases', release, 'storage');
    rmSync(link);
    symlinkSync('/srv/moved/shared/storage', link);
    const refused = await site.cutover('rollback', release, '--host', host);
    ended(refused, 1);
    const said = `A shared path leads nowhere: releases/${release}/storage is a link to /srv/moved/shared/storage.`;
    assert.ok(refused.out.includes(said), refused.out);
    assert.notEqual(site.serves(host), release);
  });

  it('is left alone while Deployer deploys there, or has died there, and says so', async () => {
    const { site, path } = anotherOf(opened(), 'locked');
    writeFileSync(join(path, '.dep/deploy.lock'), 'ann\n');
    const refusal = async (...args: readonly string[]) => {
      const called = await site.cutover(...args);
      ended(called, 3);
      return called.err.replaceAll('\n', ' ');
    };
    const says = `web1: Deployer has it locked by ann since .* a deployment by that tool is under way, or one died there\\. 5 is in service and stays\\. .*\`rm ${path}/\\.dep/deploy\\.lock\``;
    for (const call of [['adopt', '--yes'], ['deploy'], ['plan'], ['env', 'push', 'index.html', '--yes']])
      assert.match(await refusal(...call), new RegExp(says), call.join(' '));
    assert.match((await site.cutover('check')).out, /lock +Deployer has it locked by ann/);
    rmSync(join(path, '.dep/deploy.lock'));
    succeeded(await site.cutover('adopt', '--yes'));
    writeFileSync(join(path, '.dep/deploy.lock'), '');
    assert.match(await refusal('deploy'), /web1: Deployer has it locked since/);
    rmSync(join(path, '.dep/deploy.lock'));
    succeeded(await site.cutover('deploy'));
  });

  it('is refused when the config has another layout, and it says which is right', async () => {
    const { site, path } = anotherOf(opened(), 'again', { layout: 'envoyer' });
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /web1: this deploy path was made by deployer.*Set layout: 'shared'\./);
    assert.equal(readlinkSync(join(path, 'current')), 'releases/5');
  });
});

function liveAt(site: Shop, host: string): readonly string[] {
  return site.records(host).filter((release) => stateOf(site.record(host, release)) === 'live');
}

/** Another deploy path of the first tool, under this name beside its own, as the only host of the project. */
function anotherOf(site: Shop, name: string, more: Readonly<Record<string, unknown>> = {}) {
  const [foreign] = foreigners as [Foreign];
  const address = 'deployer-relative';
  const path = join(site.path(address), name);
  foreign.build(path, 'relative');
  site.configure({
    ...configFor(foreign),
    ...more,
    stages: { production: { hosts: { web1: { address, path } } } },
  });
  return { site, path };
}

function configFor({ layout }: Foreign): Readonly<Record<string, unknown>> {
  return { layout, shared: { directories: ['storage'], files: ['.env'] } };
}

async function goesOnlyToWhatServed(site: Shop, host: string, { served, others }: Foreign): Promise<void> {
  for (const name of others) {
    const refused = await site.cutover('rollback', name, '--host', host);
    ended(refused, 3);
    assert.match(refused.err, new RegExp(`the release ${name} was never in service`));
  }
  const [oldest = ''] = served;
  succeeded(await site.cutover('rollback', oldest, '--host', host));
  assert.equal(site.read(host, 'index.html'), `${oldest}\n`);
}

function reading(site: Shop, host: string, act: () => Promise<void>): Promise<Read> {
  const file = join(site.path(host), 'current/index.html');
  return readWhile({ file, stop: join(site.directory, `stop-${host}`), isPolite: true }, act);
}
