import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CalledAhead } from '../../../src/cli/ahead/ahead.ts';
import { RevisionAhead } from '../../../src/cli/ahead/revision.ts';
import { edition } from '../../../src/cli/edition.ts';
import { compiled, startCall } from '../../kit/call.ts';
import { allGone } from '../../kit/processes.ts';
import { ended, type Shop, shop, succeeded } from '../../kit/shop.ts';
import { until } from '../../kit/until.ts';
import { answered, git, problemOf, repository, workspace } from '../../source/kit.ts';
import { watchedGit } from './kit.ts';

describe('A revision that is looked up ahead', () => {
  it('is had by whoever asks for the very same, once, and by nobody else', async (t) => {
    const repo = repository(join(workspace(t), 'app'), { 'site/a': '1' });
    const of = { repository: repo, ref: 'main', subdirectory: 'site' };
    const ahead = new RevisionAhead(of, {});
    for (const other of [{ repository: join(repo, 'site') }, { ref: 'HEAD' }, { subdirectory: null }])
      assert.equal(ahead.take({ ...of, ...other }), null, JSON.stringify(other));
    const found = await ahead.take({ ...of });
    assert.ok(found);
    const { revision, tree, vetting } = answered(found);
    assert.equal(revision.id, git(repo, ['rev-parse', 'HEAD']).trim());
    assert.equal(tree, git(repo, ['rev-parse', 'HEAD:site']).trim());
    assert.deepEqual(answered(await vetting).notes, []);
    assert.equal(ahead.take({ ...of }), null);
  });

  it('is a problem for whoever takes it', async (t) => {
    const of = { repository: workspace(t), ref: 'main', subdirectory: null };
    assert.equal(problemOf(await new RevisionAhead(of, {}).take(of)).problem, 'not-a-repository');
  });

  it('ends with its command, taken or not', async (t) => {
    const directory = workspace(t);
    const path = process.env['PATH'];
    process.env['PATH'] = watchedGit(directory, hanging(directory)).path;
    t.after(() => (process.env['PATH'] = path));
    const of = { repository: directory, ref: 'main', subdirectory: null };
    for (const isTaken of [true, false]) {
      const ahead = new RevisionAhead(of, {});
      const found = isTaken ? ahead.take(of) : null;
      const pid = await hung(directory);
      ahead.close();
      await allGone([pid]);
      if (isTaken) assert.equal(problemOf(await found).problem, 'cancelled');
    }
  });

  it('is begun by the same command, taken by it, and is the only one; others begin none', async (t) => {
    const site = await shop(t);
    const watched = watchedGit(site.directory);
    const world = worldOf(site, watched.path);
    for (const times of [1, 2, 3]) {
      const id = site.change({ 'index.html': `${times}\n` });
      succeeded(await startCall(['deploy', '--yes'], world).ended);
      assert.deepEqual([site.read('web1', 'index.html'), deployed(site)], [`${times}\n`, id]);
      assert.equal(watched.calls('for-each-ref').length, times);
    }
    assert.equal(await foundAhead(site, ['deploy', '--yes']), deployed(site));
    for (const args of [['status'], ['rollback', '--yes']]) {
      succeeded(await startCall(args, world).ended);
      assert.equal(await foundAhead(site, args), null);
    }
    assert.equal(watched.calls('for-each-ref').length, 3);
  });

  it('is the one for everything, where the branch moves as soon as it was looked up', async (t) => {
    const site = await shop(t);
    const world = worldOf(site, watchedGit(site.directory).path);
    succeeded(await startCall(['deploy', '--yes'], world).ended);
    const first = site.change({ 'index.html': 'meant\n' });
    const later = site.change({ 'index.html': 'later\n' });
    git(site.repository, ['reset', '-q', '--hard', first]);
    const moves = `git -C '${site.repository}' update-ref refs/heads/main ${later}`;
    watchedGit(site.directory, `case "$*" in *--encoding=*) git "$@" && ${moves}; exit;; esac`);
    succeeded(await startCall(['deploy', '--yes'], world).ended);
    assert.equal(git(site.repository, ['rev-parse', 'main']).trim(), later);
    assert.deepEqual([site.read('web1', 'index.html'), deployed(site)], ['meant\n', first]);
  });

  it('is dropped where the config comes to something else, and where the command ends early', async (t) => {
    const site = await shop(t);
    const config = join(site.repository, 'cutover.config.json');
    const text = readFileSync(config, 'utf8').replace('"main"', `process.env.SHLVL === '1' ? 'main' : 'other'`);
    rmSync(config);
    // The shell's level is none of what a config is known by.
    writeFileSync(
      join(site.repository, 'cutover.config.mjs'),
      `export default { ...${text}, keep: process.env.SHLVL === '3' ? 'x' : 3 };`,
    );
    const other = site.change({ 'index.html': 'other\n' });
    git(site.repository, ['branch', 'other']);
    const main = site.change({ 'index.html': 'main\n' });
    const { path } = watchedGit(site.directory);
    const deploy = (level: string) => startCall(['deploy', '--yes'], worldOf(site, path, { SHLVL: level })).ended;
    succeeded(await deploy('1'));
    assert.equal(deployed(site), main);
    watchedGit(site.directory, `case "$*" in *refs/heads/main*) ${hanging(site.directory)};; esac`);
    ended(await deploy('3'), 2);
    await allGone([await hung(site.directory)]);
    succeeded(await deploy('2'));
    await allGone([await hung(site.directory)]);
    assert.deepEqual([site.read('web1', 'index.html'), deployed(site)], ['other\n', other]);
  });

  it('goes ahead of what comes before the hosts are reached as well', async (t) => {
    const site = await shop(t);
    site.configure({ skip: '[BOT]' });
    const watched = watchedGit(site.directory);
    const world = worldOf(site, watched.path);
    succeeded(await startCall(['deploy', '--yes'], world).ended);
    const id = site.change({ 'index.html': 'skipped\n' }, 'Saved [BOT]');
    await site.sshd('web1').stop();
    const skipped = await startCall(['deploy', '--yes'], world).ended;
    succeeded(skipped);
    assert.match(skipped.out, /No host was contacted/);
    assert.equal(watched.calls('for-each-ref').length, 2);
    assert.equal(await foundAhead(site, ['deploy', '--yes']), id);
  });
});

/** Where the shop's command line is called from, by one shell and with the git of this PATH. */
function worldOf({ world }: Shop, path: string, more: NodeJS.ProcessEnv = {}) {
  return { ...world, env: { ...world.env, SHLVL: '1', PATH: path, ...more } };
}

/** The id of the commit that the same command looks up before it knows its config; null where it looks up none. */
async function foundAhead(site: Shop, args: readonly string[]): Promise<string | null> {
  const { cwd, env } = worldOf(site, join(site.directory, 'git-bin:') + process.env['PATH']);
  const ahead = new CalledAhead({
    args,
    directory: cwd,
    env: { ...env, NODE_COMPILE_CACHE: compiled },
    edition: edition(),
  });
  const source = { kind: 'git', repository: site.repository, ref: 'main', subdirectory: null } as const;
  const found = await ahead.identifying(source);
  ahead.close();
  return found === null ? null : answered(found).revision.id;
}

function deployed(site: Shop): string {
  return site.record('web1', site.serves('web1') ?? '').revision.id;
}

/** Shell text that notes its process and never ends by itself. */
function hanging(directory: string): string {
  return `echo $$ > '${join(directory, 'hung')}'; exec sleep 1000`;
}

/** The process that hangs, once it does. */
async function hung(directory: string): Promise<number> {
  const file = join(directory, 'hung');
  await until('git hangs', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  const pid = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return pid;
}
