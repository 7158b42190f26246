import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type LaravelShop, laravelShop, type Running } from '../kit/laravel.ts';
import { type Redis, startRedis } from '../kit/redis.ts';
import { ended, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';

/** Debian's Laravel 8.83 with its whole default store in Redis, of each release: what must not be split is not. */
describe("a Laravel application with isolation: 'store'", () => {
  const ends: (() => unknown)[] = [];
  const t = { after: (end: () => unknown) => void ends.push(end) };
  let site: LaravelShop;
  let redis: Redis;
  let first: string;

  before(async () => {
    site = await laravelShop(t, 'laravel', {
      config: { isolation: 'store', accept: { 'scheduler-isolated': 'It has one command.' } },
    });
    redis = await startRedis(site.directory);
    t.after(() => redis.stop());
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const usual = () => ({
    REDIS_PORT: String(redis.port),
    CACHE_DRIVER: 'redis',
    CACHE_KEYS: 'own',
    REDIS_LOCK_CONNECTION: 'default',
    CACHE_LIMITER: 'shared',
    SESSION_DRIVER: 'redis',
    QUEUE_CONNECTION: 'redis',
  });
  const ask = (what: string, ...args: readonly string[]) => site.php(site.release(), ['artisan', 'ask', what, ...args]);
  const worker = (release: string): Running =>
    site.run(site.release(release), ['artisan', 'queue:work', '--sleep=1', '--tries=1']);

  it('does not go live while sessions lie in what is the release’s own, and is told which line mends it', async () => {
    site.env({ ...usual(), SESSION_CONNECTION: 'cache' });
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out, /sessions-isolated: Sessions are in Redis, on the connection “cache”/);
    assert.match(undone.out, /- SESSION_CONNECTION=cache\n.*\+ SESSION_CONNECTION=default/);
    assert.equal(site.serves('web1'), null);
  });

  it('keeps sessions, locks and rate limits across a deployment, and nothing of what was cached', async () => {
    site.env(usual());
    succeeded(await site.cutover('deploy'));
    first = site.serves('web1') ?? '';
    assert.equal(ask('put', 'price', '12'), 'put');
    assert.equal(ask('session', 'ann', 'two books'), 'two books');
    assert.equal(ask('lock', 'report'), 'held');
    assert.equal(ask('limit', 'login'), '1');
    assert.match(redis.cli(['-n', '1', 'keys', '*']), new RegExp(`^shop:${first}:shop_cache:price$`, 'm'));
    const old = worker(first);
    await until('the worker runs', () => runs(first, 'a'));

    site.change({ 'README.md': 'two\n' });
    succeeded(await site.cutover('deploy'));
    assert.equal(ask('get', 'price'), 'nothing');
    assert.equal(ask('session', 'ann'), 'two books');
    assert.equal(ask('lock', 'report'), 'taken');
    assert.equal(ask('limit', 'login'), '2');
    await until('the worker of the old release has ended', () => old.isOver());
  });

  it('would keep old workers if only the new release said so: they hear it in their own', async () => {
    const deaf = worker(first);
    await until('it runs', () => runs(first, 'b'));
    site.php(site.release(), ['artisan', 'queue:restart']);
    await until('it has run another job after that', () => runs(first, 'c'));
    assert.equal(deaf.isOver(), false, 'it heard the signal of another release');
    site.php(site.release(first), ['artisan', 'queue:restart']);
    await until('it has ended', () => deaf.isOver());
  });

  it('uses the same keys with Predis', () => {
    const bare = { APP_CONFIG_CACHE: '/nowhere', REDIS_CLIENT: 'predis' };
    site.php(site.release(), ['artisan', 'ask', 'put', 'colour', 'red'], bare);
    assert.equal(ask('get', 'colour'), 'red');
  });

  it('finds nothing of what was cached when it is gone back to', async () => {
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    assert.equal(ask('get', 'price'), 'nothing');
    assert.equal(ask('session', 'ann'), 'two books');
  });

  it('that cannot boot stops before activation with what PHP says', async () => {
    const served = site.serves('web1');
    site.change({ 'config/shop.php': '<?php return [;\n' });
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out, /syntax error, unexpected token ";"/);
    assert.equal(site.serves('web1'), served);
    assert.equal(ask('session', 'ann'), 'two books');
  });

  /** Queues a job and tells whether one has run in that release since. */
  function runs(release: string, what: string): boolean {
    const file = join(site.directory, `jobs-${what}`);
    writeFileSync(file, '', { flag: 'a' });
    ask('job', file, what);
    return readFileSync(file, 'utf8').includes(`${what} ${release}`);
  }
});
