import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseCache, fileCache, redisCache } from '../../src/index.ts';
import { declaredCaches, prefixOf } from '../../src/model/cache.ts';
import { configWith, problemsOf, settingsOf } from './kit.ts';

describe('caches of a config', () => {
  it('are resolved, with a prefix of project and release unless another is named', () => {
    const { caches } = settingsOf(
      configWith({
        secrets: { REDIS_PASSWORD: 'correct horse' },
        caches: {
          pages: fileCache({ path: 'cache/pages/', warm: 'node warm.js' }),
          stache: redisCache({ connection: 'stache', prefix: '{{ time }}_' }),
          data: redisCache({ connection: { urls: ['rediss://app@cache.example:6380/2'], password: 'REDIS_PASSWORD' } }),
          rows: databaseCache({ table: 'cache' }),
        },
      }),
    );
    const owner = { project: 'shop', stage: 'production', host: 'web1', release: '20260322153109', directory: '/r' };
    assert.deepEqual(declaredCaches(caches, owner), [
      { kind: 'file', name: 'pages', path: '/r/cache/pages' },
      { kind: 'redis', name: 'stache', connection: { kind: 'application', name: 'stache' }, prefix: '20260322153109_' },
      {
        kind: 'redis',
        name: 'data',
        connection: {
          kind: 'server',
          topology: 'standalone',
          urls: ['rediss://app@cache.example:6380/2'],
          master: null,
          password: 'REDIS_PASSWORD',
        },
        prefix: 'shop:20260322153109:',
      },
      { kind: 'database', name: 'rows', connection: null, table: 'cache', prefix: 'shop:20260322153109:' },
    ]);
  });

  const wrong: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'a prefix that is the same for all releases',
      { caches: { a: { type: 'redis', connection: 'cache', prefix: 'shop:' } } },
      [
        'caches.a.prefix: A prefix must name the release with {{ time }}, or all releases share it. → Write "{{ name }}:{{ time }}:".',
      ],
    ],
    [
      "a prefix that begins other releases' prefixes",
      { caches: { a: { type: 'redis', connection: 'cache', prefix: 'shop{{ time }}' } } },
      [
        'caches.a.prefix: A prefix must end with a separator such as ":" or "_", or it begins the prefixes of others too. → Write "{{ name }}:{{ time }}:".',
      ],
    ],
    [
      'a directory that all releases share',
      { recipe: 'laravel', caches: { a: { type: 'file', path: 'storage/framework/cache' } } },
      [
        'caches.a.path: “storage/framework/cache” lies in the shared path “storage”: all releases would have it together. → Choose a path outside it, such as "cache".',
      ],
    ],
    [
      'a password in an address',
      { caches: { a: { type: 'redis', connection: { urls: ['redis://app:secret@cache.example'] } } } },
      [
        'caches.a.connection.urls[0]: This must be an address such as "redis://127.0.0.1:6379/1", "rediss://user@cache.example" or "unix:///run/redis.sock", without a password.',
      ],
    ],
    [
      'sentinels without a master, and a password that is no secret',
      {
        caches: { a: { type: 'redis', connection: { urls: ['redis://s1'], topology: 'sentinel', password: 'NONE' } } },
      },
      [
        'caches.a.connection: Sentinels need the name of the master. → Set "master", such as "mymaster".',
        'caches.a.connection.password: There is no secret “NONE”. → Add it to "secrets".',
      ],
    ],
    [
      'an isolation that the recipe does not know',
      { recipe: 'laravel', isolation: 'stache' },
      ['isolation: The recipe “laravel” cannot isolate “stache”. → It knows “off”, “store”.'],
    ],
  ];
  for (const [says, more, problems] of wrong) {
    it(`refuse ${says}`, () => assert.deepEqual(problemsOf(configWith(more)), problems));
  }

  it('know the usual isolation of each recipe', () => {
    const isolations = ['static', 'php', 'laravel', 'statamic'].map(
      (recipe) => settingsOf(configWith({ recipe })).isolation,
    );
    assert.deepEqual(isolations, ['off', 'off', 'off', 'stache']);
  });
});

it('a prefix names what it is told to', () => {
  const owner = { project: 'shop', stage: 'production', host: 'web1', release: '20260322153109' };
  assert.equal(prefixOf('{{ name }}.{{stage}}.{{ host }}.{{ time }}_', owner), 'shop.production.web1.20260322153109_');
});
