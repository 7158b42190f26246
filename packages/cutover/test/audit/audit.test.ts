import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { audit, rules, stops } from '../../src/audit/audit.ts';
import { type AuditFacts, parseAudit } from '../../src/audit/facts.ts';
import type { AuditWish } from '../../src/audit/finding.ts';
import { findingsPage } from '../../src/audit/reference.ts';
import type { Isolation } from '../../src/model/settings.ts';
import { caches, facts, files, redis, release, statamic, store } from './facts.ts';

const seed = `${release}_`;
const own = `shop:${release}:`;

function wish(isolation: Isolation, accept: AuditWish['accept'] = {}): AuditWish {
  return { project: 'shop', isolation, accept };
}

interface Case {
  readonly says: string;
  readonly facts: AuditFacts;
  readonly isolation?: Isolation;
  readonly finds: readonly string[];
}

const looked = (more: Partial<AuditFacts['looked'][number]>): AuditFacts['looked'][number] => ({
  look: 'stache',
  form: 'shop:<release>:',
  limit: 2 ** 28,
  policy: 'noeviction',
  strangers: [],
  problem: null,
  ...more,
});

const inRedis = (lockConnection: string | null) =>
  caches({ default: 'redis' }, { redis: store('redis', { lockConnection }) });

const cases: readonly Case[] = [
  { says: 'a Statamic site with a store for the Stache', facts: facts(), finds: [] },
  {
    says: 'the Stache in the default store',
    facts: facts({ statamic: statamic({ stacheStore: null }) }),
    finds: ['stache-shared'],
  },
  {
    says: 'the Stache in a store that does not exist',
    facts: facts({ statamic: statamic({ stacheStore: 'gone' }) }),
    finds: ['stache-shared'],
  },
  {
    says: 'the whole store in files of the release, as the project began, in an application whose locks have a place of their own',
    facts: facts({
      statamic: statamic({ stacheStore: null }),
      cache: caches(
        {},
        { file: files('release', { lockPath: '/srv/shop/storage/framework/cache/data', lockInside: false }) },
      ),
    }),
    isolation: 'store',
    finds: ['limiter-isolated'],
  },
  {
    says: 'the same with locks in the release',
    facts: facts({ statamic: statamic({ stacheStore: null }), cache: caches({}, { file: files('release') }) }),
    isolation: 'store',
    finds: ['locks-isolated', 'scheduler-isolated', 'limiter-isolated'],
  },
  {
    says: 'the whole store in Redis with a prefix of release and time, and locks on the default connection',
    facts: facts({
      statamic: statamic({ stacheStore: null }),
      cache: inRedis('default'),
      redis: redis({ prefix: seed }),
    }),
    isolation: 'store',
    finds: ['prefix-release-only', 'limiter-isolated'],
  },
  {
    says: 'the same with a prefix of project and release, a shared limiter, and sessions in the same database',
    facts: facts({
      statamic: statamic({ stacheStore: null }),
      cache: { ...inRedis('default'), limiter: 'file' },
      redis: redis({ prefix: own, database: 0 }),
    }),
    isolation: 'store',
    finds: ['flush-shared'],
  },
  {
    says: 'Redis with locks on the isolated connection, in a Laravel that is old',
    facts: facts({
      laravel: '8.83.26',
      statamic: null,
      cache: { ...inRedis(null), limiter: 'file' },
      redis: redis({ prefix: own }),
    }),
    isolation: 'store',
    finds: ['locks-isolated', 'scheduler-isolated'],
  },
  {
    says: 'a default store of the release where the Stache alone was to be isolated',
    facts: facts({
      cache: caches({ limiter: 'stache' }, { file: files('release', { lockPath: '/x', lockInside: false }) }),
    }),
    finds: ['store-isolated', 'limiter-isolated'],
  },
  {
    says: 'a store that was to be isolated and is not',
    facts: facts({ statamic: null }),
    isolation: 'store',
    finds: ['store-shared'],
  },
  {
    says: 'sessions on the connection of the cache',
    facts: facts({
      statamic: null,
      session: { driver: 'redis', connection: 'cache', store: null, inside: null },
      redis: redis({ prefix: own }),
    }),
    isolation: 'off',
    finds: ['sessions-isolated'],
  },
  {
    says: 'a cache prefix of the release with sessions in Memcached',
    facts: facts({
      statamic: null,
      cache: caches({ prefix: own }),
      session: { driver: 'memcached', connection: null, store: null, inside: null },
    }),
    isolation: 'off',
    finds: ['cache-prefix-per-release', 'sessions-isolated'],
  },
  {
    says: 'a cache prefix of the release and a store of files',
    facts: facts({ statamic: null, cache: caches({ prefix: own }, { file: files('shared', { prefix: own }) }) }),
    isolation: 'off',
    finds: ['cache-prefix-file', 'cache-prefix-per-release'],
  },
  {
    says: 'a release in the prefix of all connections',
    facts: facts({ statamic: null, redis: redis({ globalPrefix: own }) }),
    isolation: 'off',
    finds: ['queue-isolated', 'redis-prefix-global'],
  },
  {
    says: 'a config that was cached by another release, and a linked bootstrap/cache',
    facts: facts({
      foreign: [{ file: 'bootstrap/cache/config.php', release: '20260101000000' }],
      bootstrapLinked: true,
    }),
    finds: ['config-cache-foreign', 'bootstrap-cache-linked'],
  },
  {
    says: 'a missing skeleton and views in shared storage with relative hashes',
    facts: facts({
      missing: ['storage/framework/sessions'],
      views: { path: '/srv/shop/storage/framework/views', exists: true, inside: false, relativeHash: true },
    }),
    finds: ['skeleton-missing', 'views-shared', 'views-relative-hash'],
  },
  {
    says: 'a database in the release',
    facts: facts({ sqlite: { path: '/srv/shop/releases/1/database/database.sqlite', inside: true } }),
    finds: ['sqlite-in-release'],
  },
  {
    says: 'storage that is shared as a whole',
    facts: facts({ statamic: statamic({ locksInside: false, searchInside: false }) }),
    finds: ['stache-locks-shared', 'search-shared'],
  },
  {
    says: 'images in the release that are remembered in storage',
    facts: facts({ statamic: statamic({ glide: { cache: true, imagesInside: true, pathsInside: false } }) }),
    finds: ['glide-mismatch'],
  },
  {
    says: 'static pages in the release whose URLs are known in storage',
    facts: facts({ statamic: statamic({ static: { driver: 'file', inside: true }, urlsInside: false }) }),
    finds: ['static-cache-mismatch'],
  },
  {
    says: 'the half measure in a shared store',
    facts: facts({ statamic: statamic({ static: { driver: 'application', inside: null } }) }),
    finds: ['half-measure-shared'],
  },
  {
    says: 'content in the release, and git given links',
    facts: facts({
      contentInside: ['content'],
      statamic: statamic({
        git: { enabled: true, paths: [{ path: '/srv/shop/current/content', linked: true, inside: false }] },
      }),
    }),
    finds: ['content-in-release', 'git-through-links'],
  },
  {
    says: 'names that every new application has',
    facts: facts({ appName: 'Laravel', horizonPrefix: 'laravel_horizon:' }),
    finds: ['app-name-default', 'horizon-prefix'],
  },
  {
    says: 'payloads of jobs in the isolated store',
    facts: facts({ queue: { name: 'sqs', driver: 'sqs', connection: null, overflowStore: 'stache' } }),
    finds: ['overflow-isolated'],
  },
  {
    says: 'tokens of password resets in an isolated store, and others in a shared one',
    facts: facts({ resetStores: ['file', 'stache'] }),
    finds: ['resets-isolated'],
  },
  {
    says: 'maintenance in an isolated store',
    facts: facts({ maintenance: { driver: 'cache', store: 'stache' } }),
    finds: ['maintenance-isolated'],
  },
  {
    says: 'an isolated store that cannot be listed',
    facts: facts({
      statamic: statamic({ stacheStore: 'apc' }),
      cache: caches({}, { apc: store('apc', { prefix: own }) }),
    }),
    finds: ['store-not-purgeable'],
  },
  {
    says: 'scripts of Composer that empty what is named, and none that the shield holds off',
    facts: facts({
      clearingScripts: [
        { event: 'post-autoload-dump', command: '@php artisan statamic:install --ansi' },
        { event: 'post-autoload-dump', command: '@php artisan cache:clear --quiet' },
        { event: 'post-install-cmd', command: '@php artisan cache:clear redis' },
      ],
    }),
    finds: ['composer-clears'],
  },
  {
    says: 'scripts of Composer that the shield holds off',
    facts: facts({ clearingScripts: [{ event: 'post-autoload-dump', command: '@php artisan cache:clear --quiet' }] }),
    finds: [],
  },
  {
    says: 'a server that evicts what expires, and keys of a release that nobody knows',
    facts: facts({ looked: [looked({ policy: 'volatile-lru', strangers: ['20250101000000'] })] }),
    finds: ['eviction-volatile', 'foreign-releases'],
  },
  {
    says: 'a server that evicts anything, with the queue on it',
    facts: facts({ cache: inRedis('default'), looked: [looked({ look: 'redis', policy: 'allkeys-lru' })] }),
    finds: ['eviction-allkeys'],
  },
  {
    says: 'a server that evicts anything and has nothing else, one without a limit, and one that does not tell',
    facts: facts({
      queue: { name: 'sync', driver: 'sync', connection: null, overflowStore: null },
      cache: inRedis('default'),
      looked: [
        looked({ look: 'redis', policy: 'allkeys-lru' }),
        looked({ limit: 0, policy: 'volatile-lru' }),
        looked({ limit: null, policy: null, problem: 'Redis refused.' }),
      ],
    }),
    finds: [],
  },
  {
    says: 'a Stache that keeps nothing',
    facts: facts({ statamic: statamic({ stacheStore: 'array' }), cache: caches({}, { array: store('array') }) }),
    finds: ['stache-shared', 'stache-volatile'],
  },
];

describe('an audit of caches finds', () => {
  for (const { says, facts: given, isolation = 'stache', finds } of cases) {
    it(`${finds.join(', ') || 'nothing'}: ${says}`, () =>
      assert.deepEqual(
        audit(given, wish(isolation)).map(({ name }) => name),
        finds,
      ));
  }

  it('each thing that it looks for in one of these cases', () => {
    const found = new Set(cases.flatMap(({ finds }) => finds));
    assert.deepEqual(
      rules.map(({ name }) => name).filter((name) => !found.has(name)),
      [],
    );
  });

  it('nothing that stops a deployment once it is accepted by name', () => {
    const shared = facts({ statamic: statamic({ stacheStore: null }) });
    assert.equal(stops(audit(shared, wish('stache'))), true);
    assert.equal(stops(audit(shared, wish('stache', { 'stache-shared': 'one release only' }))), false);
  });
});

describe('what the probe printed', () => {
  it('is read from among whatever else an application prints', () =>
    assert.deepEqual(parseAudit(`Deprecated: x\ncutover-audit:${JSON.stringify(facts())}\n`), facts()));
  for (const printed of ['', 'cutover-audit:{', 'cutover-audit:{"format":2}'])
    it(`is not guessed at: ${JSON.stringify(printed)}`, () => assert.equal(parseAudit(printed), null));
});

it('docs/caches.md has each finding in its tables', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../../docs/caches.md'), 'utf8');
  assert.deepEqual(
    rules.map(({ name }) => name).filter((name) => !new RegExp(`^\\|.*\`${name}\``, 'm').test(written)),
    [],
  );
});

it('docs/reference/findings.md is what the audit looks for', () => {
  const file = join(import.meta.dirname, '../../../../docs/reference/findings.md');
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  assert.ok(
    written === findingsPage(),
    'docs/reference/findings.md is not what the rules give. Write it anew: ./dev generate',
  );
});
