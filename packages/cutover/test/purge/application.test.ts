import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { parseLooked } from '../../src/audit/facts.ts';
import { type Redis, startRedis } from '../kit/redis.ts';
import { workspace, write } from '../source/kit.ts';
import { cachedConfig, live, old, siteWith } from './kit.ts';

let redis: Redis;
const ends: (() => unknown)[] = [];
before(async () => {
  redis = await startRedis(workspace({ after: (end) => void ends.push(end) }));
  ends.unshift(() => redis.stop());
});
after(async () => {
  for (const end of ends) await end();
});

/** The config of a release with this in `database.redis` and `cache`. */
const configOf = (cache: object, redisConfig: object): object => ({ cache, database: { redis: redisConfig } });

const put = (...keys: readonly string[]): void => void redis.cli(['mset', ...keys.flatMap((key) => [key, '1'])]);
const keys = (): readonly string[] => redis.cli(['--scan']).trim().split('\n').sort();

describe('what a release holds is taken from the resolved config of the application', () => {
  const shared = (): object => ({ host: '127.0.0.1', port: redis.port });
  const cases: readonly (readonly [string, 'stache' | 'store', (release: string) => object, string, string])[] = [
    [
      'a prefix of its connection that names the project: all keys of the connection',
      'store',
      (release) =>
        configOf(
          { default: 'redis', prefix: 'x_', stores: { redis: { driver: 'redis', connection: 'cache' } } },
          { options: { prefix: 'app_' }, cache: { ...shared(), options: { prefix: `shop:${release}:` } } },
        ),
      '12.1.0',
      'shop:{}:',
    ],
    [
      'a prefix of its connection that names the release alone: only with what the store puts behind it',
      'store',
      (release) =>
        configOf(
          { default: 'redis', prefix: 'shop_cache', stores: { redis: { driver: 'redis', connection: 'cache' } } },
          { cache: { ...shared(), options: { prefix: `${release}_` } } },
        ),
      '8.83.26',
      '{}_shop_cache:',
    ],
    [
      'a prefix of the store of the Stache, behind the one of all connections',
      'stache',
      (release) => ({
        ...configOf(
          {
            default: 'file',
            prefix: 'x_',
            stores: { stache: { driver: 'redis', prefix: `stache:${release}:` }, file: { driver: 'file' } },
          },
          { options: { prefix: 'app_' }, default: shared() },
        ),
        statamic: { stache: { cache_store: 'stache' } },
      }),
      '11.0.0',
      'app_stache:{}:',
    ],
  ];
  for (const [name, isolation, config, version, form] of cases)
    it(name, (t) => {
      redis.cli(['flushall']);
      const site = siteWith(t, config(live));
      write(site.path, {
        [`releases/${old}/bootstrap/cache/config.php`]: cachedConfig(config(old)),
        [`releases/${old}/vendor/laravel/framework/src/Illuminate/Foundation/Application.php`]: `const VERSION = '${version}';`,
      });
      const [own, others] = [
        `${form.replace('{}', old)}k`,
        [`${form.replace('{}', live)}k`, `${old}_other:k`, 'app_k'],
      ];
      put(own, ...others);
      const { code, said } = site.ask({ do: 'purge', isolation });
      assert.equal(code, 0, said);
      assert.deepEqual(keys(), others.sort(), said);
    });

  it('of the release in service, with the name replaced, when the release is long gone', (t) => {
    redis.cli(['flushall']);
    const cache = { default: 'redis', stores: { redis: { driver: 'redis', connection: 'cache' } } };
    const site = siteWith(t, configOf(cache, { cache: { ...shared(), options: { prefix: `shop:${live}:` } } }));
    put(`shop:${old}:k`, `shop:${live}:k`);
    assert.equal(site.ask({ do: 'purge', isolation: 'store' }).code, 0);
    assert.deepEqual(keys(), [`shop:${live}:k`]);
  });

  it('and its server tells how it makes room, and whose releases it holds beside those that are known', (t) => {
    redis.cli(['flushall']);
    redis.cli(['config', 'set', 'maxmemory', '100mb', 'maxmemory-policy', 'volatile-lru']);
    t.after(() => redis.cli(['config', 'set', 'maxmemory', '0', 'maxmemory-policy', 'noeviction']));
    const cache = { default: 'redis', stores: { redis: { driver: 'redis', connection: 'cache' } } };
    const site = siteWith(t, configOf(cache, { cache: { ...shared(), options: { prefix: `shop:${live}:` } } }));
    write(site.path, { [`.cutover/owed/${old}`]: '{}' });
    put(`shop:${live}:k`, `shop:${old}:k`, 'shop:20250101000000:k', 'shop:20250101000000:l', 'shop:20250101:k');
    const { said } = site.ask({ do: 'look', isolation: 'store', releases: [live], kept: [] });
    assert.deepEqual(parseLooked(said), [
      {
        look: 'redis',
        form: 'shop:<release>:',
        limit: 100 * 2 ** 20,
        policy: 'volatile-lru',
        strangers: ['20250101000000'],
        problem: null,
      },
    ]);
    assert.doesNotMatch(said, /127\.0\.0\.1/);
  });

  it('of an application that has no cached config: it is booted as far as that', (t) => {
    redis.cli(['flushall']);
    const site = siteWith(t, {});
    const files = {
      'bootstrap/app.php': `<?php require '/usr/share/php/Illuminate/autoload.php';
        error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
        return new Illuminate\\Foundation\\Application(dirname(__DIR__));`,
      '.env': `REDIS_PORT=${redis.port}\n`,
      'config/app.php': "<?php return ['timezone' => 'UTC', 'env' => 'production'];",
      'config/cache.php':
        "<?php return ['default' => 'redis', 'prefix' => 'c', 'stores' => ['redis' => ['driver' => 'redis', 'connection' => 'cache']]];",
      'config/database.php': `<?php return ['redis' => ['cache' => ['host' => '127.0.0.1', 'port' => env('REDIS_PORT'), 'options' => ['prefix' => 'shop:'.basename(base_path()).':']]]];`,
    };
    for (const release of [old, live])
      write(
        site.path,
        Object.fromEntries(Object.entries(files).map(([file, text]) => [`releases/${release}/${file}`, text])),
      );
    write(site.path, { [`releases/${live}/bootstrap/cache/config.php`]: '<?php throw new Exception("not readable");' });
    put(`shop:${old}:c:k`, `shop:${live}:c:k`);
    const { code, said } = site.ask({ do: 'purge', isolation: 'store' });
    assert.equal(code, 0, said);
    assert.deepEqual(keys(), [`shop:${live}:c:k`], said);
  });
});

describe('rows of a cache table', () => {
  it('go by the beginning of their key, byte by byte, and are measured', (t) => {
    const site = siteWith(t, {});
    const file = join(site.path, 'cache.sqlite');
    const connection = { driver: 'sqlite', database: file, prefix: '' };
    write(site.path, {
      [`releases/${live}/bootstrap/cache/config.php`]: cachedConfig({
        database: { default: 'main', connections: { main: connection } },
      }),
    });
    const prefix = `sh_p%:${old}:`;
    site.note(old, [{ kind: 'database', name: 'rows', connection: null, table: 'cache', prefix }]);
    const database = new DatabaseSync(file);
    t.after(() => database.close());
    database.exec('create table cache (key text primary key, value text, expiration integer)');
    const insert = database.prepare('insert into cache values (?, ?, 0)');
    const others = [`sh_p%:${live}:k`, `SH_P%:${old}:k`, `shxp%:${old}:k`, `sh_pp:${old}:k`, 'z'];
    for (const other of others) insert.run(other, 'x');
    for (let i = 0; i < 1200; i += 1) insert.run(`${prefix}${i}`, 'four');
    const status = JSON.parse(site.ask({ do: 'status' }).said) as { entries: number; bytes: number };
    assert.deepEqual([status.entries, status.bytes], [1200, 4800]);
    const { code, said } = site.ask({ do: 'purge' });
    assert.equal(code, 0, said);
    assert.match(said, /Purged 20260101000000 from rows: 1,200 entries/);
    assert.deepEqual(
      database
        .prepare('select key from cache order by key')
        .all()
        .map(({ key }) => key),
      others.sort(),
    );
  });
});

describe('what could not be purged', () => {
  it('is noted with nothing secret, and what is left is named with the command that finishes it', (t) => {
    const away = { host: '127.0.0.1', port: 1, password: 'a-secret' };
    const site = siteWith(t, { database: { redis: { cache: away } } }, [
      { kind: 'redis', name: 'data', connection: { kind: 'application', name: 'cache' }, prefix: `shop:${old}:` },
    ]);
    const { code, said } = site.ask({ do: 'purge' });
    assert.equal(code, 1);
    assert.match(said, /^Redis at 127\.0\.0\.1:1 cannot be reached: Connection refused\.$/m);
    assert.match(said, new RegExp(`begin with "shop:${old}:" in data\\. .*: cutover cache purge ${old}$`, 'm'));
    const owed = join(site.path, '.cutover/owed');
    assert.deepEqual(readdirSync(owed), [old]);
    assert.ok(!`${said}${readFileSync(join(owed, old), 'utf8')}`.includes('a-secret'));
  });

  it('is told when Redis refuses: a wrong password, and a user that must not', (t) => {
    redis.cli(['acl', 'setuser', 'reader', 'on', '>pw', '~*', '+@read', '+select']);
    redis.cli(['set', `shop:${old}:k`, '1']);
    for (const [login, reason] of [
      [{ username: 'reader', password: 'wrong' }, /refused: WRONGPASS/],
      [{ username: 'reader', password: 'pw' }, /refused: NOPERM/],
    ] as const) {
      const connection = { host: '127.0.0.1', port: redis.port, ...login };
      const site = siteWith(t, { database: { redis: { cache: connection } } }, [
        { kind: 'redis', name: 'data', connection: { kind: 'application', name: 'cache' }, prefix: `shop:${old}:` },
      ]);
      const { code, said } = site.ask({ do: 'purge' });
      assert.equal(code, 1, said);
      assert.match(said, reason);
      assert.ok(existsSync(join(site.path, '.cutover/owed', old)));
    }
  });
});
