import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { documentOf, ended, type Project, project } from '../cli/kit.ts';
import { freePort, type Redis, startRedis } from '../kit/redis.ts';
import { commit, type Lifetime, workspace, write } from '../source/kit.ts';
import { cachedConfig } from './kit.ts';

describe('when releases are removed', () => {
  it('exactly their keys go; what Redis could not take is owed, told, and done the next time', async (t) => {
    const { on, path, redis } = await shopWithRedis(t);
    const [first, second, third = ''] = await deployed(on, path, 3);
    stock(redis, [first, second, third]);
    leaveViews(path, [first, second]);

    await redis.stop();
    const away = ended(await on.cutover('prune', '--yes', '--set', 'keep=1'), 0);
    assert.match(away.out, new RegExp(`Redis at 127.0.0.1:${redis.port} cannot be reached`));
    assert.match(away.out, new RegExp(`Keys of ${first} are left: .*cutover cache purge ${first}`));
    assert.deepEqual(readdirSync(join(path, 'releases')).sort(), [second, third].sort());
    assert.deepEqual(readdirSync(join(path, 'storage/framework/views')).sort(), [`${second}.php`, 'own.php'].sort());

    const again = await startRedis(workspace(t), { port: redis.port });
    t.after(() => again.stop());
    stock(again, [first, second, third]);
    write(path, { [`releases/${first}/cache/data/late`]: 'written by an old process' });
    write(path, { 'releases/not-ours/file': 'somebody else made this' });
    const done = ended(await on.cutover('deploy', '--verbose'), 0);
    assert.match(done.out, new RegExp(`Purged ${first} from data: 50 entries`));
    assert.deepEqual(held(again, [first, second, third]), [0, 50, 50]);
    ended(await on.cutover('prune', '--yes', '--set', 'keep=1'), 0);
    assert.deepEqual(held(again, [first, second, third]), [0, 0, 50]);
    assert.equal(again.cli(['get', 'foreign']).trim(), '1');
    assert.deepEqual(readdirSync(join(path, '.cutover/owed')), []);
    assert.equal(existsSync(join(path, 'releases', first)), false, 'what had come back is gone');
    assert.ok(existsSync(join(path, 'releases/not-ours/file')));
  });

  it('by hand too: counted, asked, purged; shown; the one in service is refused', async (t) => {
    const { on, path, redis } = await shopWithRedis(t);
    const [first, second] = await deployed(on, path, 2);
    stock(redis, [first, second]);
    const status = documentOf<{ caches: readonly Row[] }>(ended(await on.cutover('cache', 'status', '--json'), 0));
    assert.deepEqual(status.caches.map((row) => `${row.release} ${row.cache} ${row.entries} ${row.inService}`).sort(), [
      `${first} data 50 false`,
      `${first} pages 2 false`,
      `${second} data 50 true`,
      `${second} pages 2 true`,
    ]);
    for (const { bytes } of status.caches) assert.ok(bytes !== null && bytes > 0);
    const counted = ended(await on.cutover('cache', 'purge', first, '--dry-run'), 0);
    assert.match(counted.err, new RegExp(`one: 50 entries begin with "shop:${first}:" in data\\.`));
    assert.match(ended(await on.cutover('cache', 'purge', second, '--yes'), 3).err, /is in service: its caches/);
    ended(await on.cutover('cache', 'purge', first), 3);
    assert.deepEqual(held(redis, [first, second]), [50, 50]);
    ended(await on.cutover('cache', 'purge', first, '--yes'), 0);
    assert.deepEqual(held(redis, [first, second]), [0, 50]);
    assert.match(ended(await on.cutover('cache', 'purge', first, '--yes'), 0).err, /There is nothing to do\./);
  });
});

interface Row {
  readonly release: string;
  readonly cache: string;
  readonly entries: number | null;
  readonly bytes: number | null;
  readonly inService: boolean;
}

/** A PHP application whose config names a Redis that is there. */
async function shopWithRedis(t: Lifetime): Promise<{ on: Project; path: string; redis: Redis }> {
  const redis = await startRedis(workspace(t), { port: await freePort() });
  t.after(() => redis.stop());
  const caches = {
    data: { type: 'redis', connection: 'cache' },
    pages: { type: 'file', path: 'cache/pages' },
  };
  const on = project(t, {
    hosts: { one: {} },
    config: { recipe: 'php', caches, shared: { directories: ['storage'] } },
  });
  const connection = { host: '127.0.0.1', port: redis.port };
  write(on.app, {
    'bootstrap/cache/config.php': cachedConfig({ database: { redis: { cache: connection } } }),
    'cache/pages/a': 'aa',
    'cache/pages/b/c': 'c',
  });
  return { on, path: on.path('one'), redis };
}

/** Deploys so often, and answers the releases, the oldest first. */
async function deployed(on: Project, path: string, times: number): Promise<readonly [string, string, ...string[]]> {
  for (let i = 0; i < times; i += 1) {
    commit(on.app, `Change ${i}`);
    ended(await on.cutover('deploy'), 0);
  }
  const [first = '', second = '', ...more] = readdirSync(join(path, 'releases')).sort();
  return [first, second, ...more];
}

function stock(redis: Redis, releases: readonly string[]): void {
  const keys = releases.flatMap((release) => Array.from({ length: 50 }, (_, i) => `shop:${release}:k${i}`));
  redis.cli([], ['foreign', ...keys].map((key) => `set ${key} 1\n`).join(''));
}

function held(redis: Redis, releases: readonly string[]): readonly number[] {
  const keys = redis.cli(['--scan']).split('\n');
  return releases.map((release) => keys.filter((key) => key.startsWith(`shop:${release}:`)).length);
}

/** Compiled views of these releases in shared storage, as Blade writes them, and one that is nobody's. */
function leaveViews(path: string, releases: readonly string[]): void {
  const view = (release: string) =>
    `<p>x</p><?php /**PATH ${path}/releases/${release}/resources/views/x.blade.php ENDPATH**/ ?>`;
  const views = Object.fromEntries(
    releases.map((release) => [`storage/framework/views/${release}.php`, view(release)]),
  );
  write(path, { ...views, 'storage/framework/views/own.php': 'not compiled from anything' });
}
