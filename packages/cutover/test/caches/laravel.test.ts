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
  let second: string;

  before(async () => {
    site = await laravelShop(t, 'laravel', {
      config: { isolation: 'store', accept: { 'scheduler-isolated': 'It has one command.' } },
    });
    redis = await startRedis(site.directory, { config: ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'] });
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
  const worker = (release: string): Running =>
    site.run(site.release(release), ['artisan', 'queue:work', '--sleep=1', '--tries=1']);
  const jobs = () => join(site.directory, 'jobs');
  const ran = (what: string, release: string) =>
    until(`${release} has run the job ${what}`, () => readFileSync(jobs(), 'utf8').includes(`${what} ${release}\n`));

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
    writeFileSync(jobs(), '');
    const had = site.ask(
      first,
      ['put', 'price', '12'],
      ['session', 'ann', 'two books'],
      ['lock', 'report'],
      ['limit', 'login'],
      ['job', jobs(), 'a'],
    );
    assert.deepEqual(had, ['put', 'two books', 'held', '1', 'queued']);
    assert.match(redis.cli(['-n', '1', 'keys', '*']), new RegExp(`^shop:${first}:shop_cache:price$`, 'm'));
    const old = worker(first);
    await ran('a', first);

    site.change({ 'README.md': 'two\n' });
    succeeded(await site.cutover('deploy'));
    second = site.serves('web1') ?? '';
    const has = site.ask(second, ['get', 'price'], ['session', 'ann'], ['lock', 'report'], ['limit', 'login']);
    assert.deepEqual(has, ['nothing', 'two books', 'taken', '2']);
    await until('the worker of the old release has ended', () => old.isOver());
  });

  it('is told what its server would throw away, and whose keys it holds beside its own', async () => {
    redis.cli(['-n', '1', 'set', 'shop:20250101000000:shop_cache:price', '1']);
    const audited = await site.cutover('cache', 'audit');
    succeeded(audited);
    assert.match(audited.out, /eviction-allkeys: .* may use 100 MB .*the queue and sessions are on it too/);
    assert.match(
      audited.out,
      /foreign-releases: Keys of the cache “redis” begin with “shop:<release>:”, and some name the release 20250101000000\./,
    );
  });

  it('would keep old workers if only the new release said so: they hear it in their own', async () => {
    const deaf = worker(first);
    site.ask(second, ['job', jobs(), 'b']);
    await ran('b', first);
    site.php(site.release(second), ['artisan', 'queue:restart']);
    // A worker looks for its signal after each job: one that has run the second has looked.
    site.ask(second, ['job', jobs(), 'c'], ['job', jobs(), 'd']);
    await ran('d', first);
    assert.equal(deaf.isOver(), false, 'it heard the signal of another release');
    site.php(site.release(first), ['artisan', 'queue:restart']);
    await until('it has ended', () => deaf.isOver());
  });

  it('uses the same keys with Predis', () => {
    const bare = { APP_CONFIG_CACHE: '/nowhere', REDIS_CLIENT: 'predis' };
    site.php(site.release(second), ['artisan', 'ask', 'put', 'colour', 'red'], bare);
    assert.deepEqual(site.ask(second, ['get', 'colour']), ['red']);
  });

  it('finds nothing of what was cached when it is gone back to', async () => {
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    assert.deepEqual(site.ask(first, ['get', 'price'], ['session', 'ann']), ['nothing', 'two books']);
  });

  it('that cannot boot stops before activation with what PHP says', async () => {
    site.change({ 'config/shop.php': '<?php return [;\n' });
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out, /syntax error, unexpected token ";"/);
    assert.equal(site.serves('web1'), first);
  });
});
