import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { mendApplication } from '../../src/mends/application.ts';
import type { Isolation } from '../../src/model/settings.ts';
import { type Shape, shapes } from './shapes.ts';

type Config = Record<string, unknown>;

/** What a file of PHP comes to, with the functions of Laravel that it calls: one process for all that is asked. */
function resolved(texts: readonly string[], variables: Readonly<Record<string, string>> = {}): readonly Config[] {
  const stubs = String.raw`<?php
namespace Illuminate\Support { class Str { static function slug($s, $by) { return strtolower($s); } } }
namespace {
  function env($key, $default = null) { global $variables; return $variables[$key] ?? $default; }
  function base_path($path = '') { return '/srv/releases/1' . ($path ? "/$path" : ''); }
  function storage_path($path = '') { return "/srv/storage/$path"; }
  function database_path($path) { return "/srv/database/$path"; }
  [$variables, $texts] = json_decode(getenv('ASKED'), true);
  echo json_encode(array_map(function ($text) {
    $file = tempnam(sys_get_temp_dir(), 'cutover-test-');
    file_put_contents($file, $text);
    try { return require $file; } finally { unlink($file); }
  }, $texts));
}`;
  const env = { ...process.env, ASKED: JSON.stringify([variables, texts]) };
  const ended = spawnSync('php', ['-d', 'display_errors=stderr'], { input: stubs, encoding: 'utf8', env });
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  return JSON.parse(ended.stdout) as Config[];
}

function mended(shape: Shape, isolation: Isolation) {
  return mendApplication(shape.files, {
    project: 'shop',
    isolation,
    variables: new Map(Object.entries(shape.variables ?? {})),
  });
}

/** What the mended files come to, and what they came to before. */
function outcome(shape: Shape, isolation: Isolation) {
  const { changes, left } = mended(shape, isolation);
  assert.deepEqual(left, []);
  const texts = changes.flatMap(({ before, after }) => [before, after]);
  const configs = resolved(texts, shape.variables);
  return Object.fromEntries(
    changes.map(({ file }, i) => [file, { before: configs[2 * i] ?? {}, after: configs[2 * i + 1] ?? {} }]),
  );
}

/** A config with values at these places (`a.b.c`) set, and nothing else. */
function withValues(config: Config | undefined, values: Readonly<Record<string, unknown>>): Config {
  const copy = structuredClone(config ?? {});
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let at = copy;
    for (const key of keys) at = (at[key] ??= {}) as Config;
    at[last] = value;
  }
  return copy;
}

describe("isolation 'stache' adds a store of its own for the Stache, and changes nothing else, in", () => {
  for (const shape of shapes)
    it(shape.name, () => {
      const files = outcome(shape, 'stache');
      assert.deepEqual(Object.keys(files).sort(), ['config/cache.php', 'config/statamic/stache.php']);
      const cache = files['config/cache.php'];
      const own = { driver: 'file', path: '/srv/releases/1/cache/stache' };
      assert.deepEqual(cache?.after, withValues(cache?.before, { 'stores.stache': own }));
      const stache = files['config/statamic/stache.php'];
      assert.deepEqual(stache?.after, withValues(stache?.before, { cache_store: 'stache' }));
    });
});

describe("isolation 'store' isolates the default store, keeps locks and limits shared, and changes nothing else, in", () => {
  for (const shape of shapes)
    it(shape.name, () => {
      const files = outcome(shape, 'store');
      const cache = files['config/cache.php'];
      const hasLockPath = shape.files['config/cache.php']?.includes('lock_path') ?? false;
      const values =
        shape.driver === 'file'
          ? {
              'stores.file.path': '/srv/releases/1/cache',
              ...(hasLockPath ? { 'stores.file.lock_path': '/srv/storage/framework/cache/locks' } : {}),
              'stores.shared': { driver: 'file', path: '/srv/storage/framework/cache/data' },
            }
          : { 'stores.redis.lock_connection': 'default', 'stores.shared': { driver: 'redis', connection: 'default' } };
      assert.deepEqual(cache?.after, withValues(cache?.before, { ...values, limiter: 'shared' }));
      const database = files['config/database.php'];
      const prefixed = { 'redis.cache.options.prefix': 'shop:1:' };
      if (shape.driver === 'redis') assert.deepEqual(database?.after, withValues(database?.before, prefixed));
      else assert.equal(database, undefined);
    });
});

describe('mended files', () => {
  for (const isolation of ['stache', 'store'] as const)
    it(`are found in order the next time, with isolation '${isolation}'`, () => {
      for (const shape of shapes) {
        const { changes } = mended(shape, isolation);
        const files = { ...shape.files, ...Object.fromEntries(changes.map(({ file, after }) => [file, after])) };
        assert.deepEqual(mended({ ...shape, files }, isolation), { changes: [], left: [] }, shape.name);
      }
    });

  it('keep the style of the file', () => {
    const [modern, tabbed] = [shapes[4], shapes[10]];
    const added = (shape: Shape | undefined, file: string): string => {
      const change = shape && mended(shape, 'stache').changes.find((one) => one.file === file);
      return change
        ? change.after
            .split('\n')
            .filter((line) => !change.before.split('\n').includes(line))
            .join('\n')
        : '';
    };
    assert.equal(
      added(modern, 'config/cache.php'),
      ["        'stache' => [", "            'path' => base_path('cache/stache'),"].join('\n'),
    );
    assert.equal(
      added(tabbed, 'config/cache.php'),
      [
        "\t\t'redis' => array('driver' => 'redis', 'connection' => 'cache'), // the last one",
        "\t\t'stache' => array(",
        "\t\t\t'driver' => 'file',",
        "\t\t\t'path' => base_path('cache/stache'),",
        '\t\t)',
      ].join('\n'),
    );
  });
});

describe('what is not recognised is left alone, with what to write', () => {
  const plain = shapes[4] as Shape;
  const file = (name: string, text: string): Shape => ({ ...plain, files: { ...plain.files, [name]: text } });
  const cases: readonly (readonly [string, Shape, Isolation, RegExp])[] = [
    [
      'a config that is computed',
      file('config/cache.php', '<?php return array_merge([], []);'),
      'stache',
      /no list of stores/,
    ],
    ['a heredoc', file('config/cache.php', "<?php return ['stores' => [<<<X\nX]];"), 'stache', /no list of stores/],
    [
      'a default that is computed',
      file('config/cache.php', "<?php return ['default' => pick(), 'stores' => []];"),
      'store',
      /default store cannot be read/,
    ],
    [
      'a store "stache" of its own',
      file('config/cache.php', "<?php return ['stores' => ['stache' => ['driver' => 'redis']]];"),
      'stache',
      /already/,
    ],
    [
      'another store of the Stache',
      file('config/statamic/stache.php', "<?php return ['cache_store' => 'redis'];"),
      'stache',
      /must have that store for itself/,
    ],
    [
      'the connection of sessions and queues',
      file('config/cache.php', "<?php return ['default' => 'r', 'stores' => ['r' => ['driver' => 'redis']]];"),
      'store',
      /cannot be read|uses the Redis connection "default"/,
    ],
    [
      'a store in a database',
      file('config/cache.php', "<?php return ['default' => 'd', 'stores' => ['d' => ['driver' => 'database']]];"),
      'store',
      /driver "database"/,
    ],
    [
      'a prefix of all connections',
      file(
        'config/database.php',
        "<?php return ['redis' => ['options' => ['prefix' => basename(base_path())], 'cache' => ['host' => 'x']]];",
      ),
      'store',
      /queues and sessions would be cut off/,
    ],
    [
      'a file that is not there',
      { ...plain, files: { 'config/cache.php': plain.files['config/cache.php'] ?? '' } },
      'stache',
      /no such file/,
    ],
  ];
  for (const [name, shape, isolation, advice] of cases)
    it(name, () => {
      const { left } = mended(shape, isolation);
      assert.match(left.map((one) => one.advice).join('\n'), advice);
    });

  it('nothing at all when caches are not isolated', () => {
    assert.deepEqual(mended(plain, 'off'), { changes: [], left: [] });
  });
});

describe('an environment file', () => {
  const plain = shapes[4] as Shape;
  const env = (text: string): string | undefined =>
    mendApplication(
      { ...plain.files, '.env.production': text },
      { project: 'shop', isolation: 'store', variables: new Map([['CACHE_STORE', 'redis']]) },
    ).changes.find(({ file }) => file.startsWith('.env'))?.after;

  it('has sessions on the connection that is shared, and is otherwise the same byte for byte', () => {
    const before =
      '# SESSION_CONNECTION=cache\r\nA="x"\r\nexport SESSION_CONNECTION="cache" # here\r\nB=SESSION_CONNECTION=cache\n';
    assert.equal(env(before), before.replace('CONNECTION="cache"', 'CONNECTION="default"'));
  });

  it('is left alone where sessions are elsewhere', () => {
    assert.equal(env('SESSION_CONNECTION=sessions\nSESSION_DRIVER=database\n'), undefined);
  });
});
