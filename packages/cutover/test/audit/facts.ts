import type { AuditFacts } from '../../src/audit/facts.ts';

/** The release that is audited in all cases. */
export const release = '20260322153109';
const base = `/srv/shop/releases/${release}`;

type Store = AuditFacts['cache']['stores'][string];

/** A store with what the case needs. */
export function store(driver: string, more: Partial<Store> = {}): Store {
  return {
    driver,
    path: null,
    inside: null,
    lockPath: null,
    lockInside: null,
    connection: driver === 'redis' ? 'cache' : null,
    lockConnection: null,
    table: null,
    prefix: 'shop_cache_',
    ...more,
  };
}

/** The default store in files, shared or in the release. */
export function files(place: 'shared' | 'release', more: Partial<Store> = {}): Store {
  const inside = place === 'release';
  return store('file', { path: inside ? `${base}/cache` : `${base}/storage/framework/cache/data`, inside, ...more });
}

/** A sound Statamic site, with what the case needs changed. */
export function facts(more: Partial<AuditFacts> = {}): AuditFacts {
  return {
    format: 1,
    release,
    base,
    laravel: '12.0.0',
    php: '8.4.1',
    appName: 'Shop',
    environment: 'production',
    configCached: true,
    foreign: [],
    bootstrapLinked: false,
    missing: [],
    views: { path: `${base}/bootstrap/cache/views`, exists: true, inside: true, relativeHash: false },
    cache: caches({}),
    redis: redis({}),
    session: { driver: 'file', connection: null, store: null, inside: false },
    queue: { name: 'redis', driver: 'redis', connection: 'default', overflowStore: null },
    resetStores: [],
    maintenance: { driver: 'file', store: null },
    horizonPrefix: null,
    sqlite: null,
    statamic: statamic({}),
    contentInside: [],
    clearingScripts: [],
    looked: [],
    ...more,
  };
}

/** The cache config: a shared default store and a Stache of its own, unless the case says otherwise. */
export function caches(more: Partial<AuditFacts['cache']>, stores: Record<string, Store> = {}): AuditFacts['cache'] {
  const usual = { file: files('shared'), stache: store('file', { path: `${base}/cache/stache`, inside: true }) };
  return { default: 'file', prefix: 'shop_cache_', limiter: null, stores: { ...usual, ...stores }, ...more };
}

/** Two Redis connections on databases of their own; `prefix` is the one of the cache. */
export function redis({
  prefix = 'shop_database_',
  database = 1,
  globalPrefix = 'shop_database_',
}: {
  prefix?: string;
  database?: number;
  globalPrefix?: string;
}): AuditFacts['redis'] {
  const server = { server: '127.0.0.1:6379', cluster: false };
  return {
    client: 'phpredis',
    globalPrefix,
    connections: {
      default: { prefix: globalPrefix, ownPrefix: false, database: 0, ...server },
      cache: { prefix, ownPrefix: true, database, ...server },
    },
  };
}

type StatamicFacts = NonNullable<AuditFacts['statamic']>;

/** Statamic as the recipe has it. */
export function statamic(more: Partial<StatamicFacts>): StatamicFacts {
  return {
    version: '6.0.0',
    stacheStore: 'stache',
    locksInside: true,
    searchInside: true,
    git: { enabled: false, paths: [] },
    static: { driver: null, inside: null },
    glide: { cache: false, imagesInside: null, pathsInside: false },
    urlsInside: null,
    ...more,
  };
}
