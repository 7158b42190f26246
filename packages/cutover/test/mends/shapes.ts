/*
 * Config files as applications have them, each as small as its version's form allows, written for these tests: how the values are
 * spelt, what stands around them, and which keys there are is what changed from version to version.
 */

/** An application: its config files by path, and what is expected of them. */
export interface Shape {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The driver of its default store. */
  readonly driver: 'file' | 'redis';
  /** Variables that its hosts have. */
  readonly variables?: Readonly<Record<string, string>>;
}

const banner = (title: string): string => `    /*
    |--------------------------------------------------------------------------
    | ${title}
    |--------------------------------------------------------------------------
    |
    | What it is for, "quoted" and with an apostrophe's tail: [not] => code, /* no nesting.
    |
    */
`;

const cache8 = (driver: string): string => `<?php

use Illuminate\\Support\\Str;

return [

${banner('Default Cache Store')}
    'default' => env('CACHE_DRIVER', '${driver}'),

${banner('Cache Stores')}
    'stores' => [

        'array' => [
            'driver' => 'array',
            'serialize' => false,
        ],

        'file' => [
            'driver' => 'file',
            'path' => storage_path('framework/cache/data'),
        ],

        'redis' => [
            'driver' => 'redis',
            'connection' => 'cache',
            'lock_connection' => 'default',
        ],

    ],

${banner('Cache Key Prefix')}
    'prefix' => env('CACHE_PREFIX', Str::slug(env('APP_NAME', 'laravel'), '_').'_cache'),

];
`;

const cache10 = (driver: string): string =>
  cache8(driver).replace(
    "'path' => storage_path('framework/cache/data'),",
    "'path' => storage_path('framework/cache/data'),\n            'lock_path' => storage_path('framework/cache/data'),",
  );

const cache11 = (driver: string): string =>
  cache10(driver)
    .replace(`env('CACHE_DRIVER', '${driver}')`, "env('CACHE_STORE', 'database')")
    .replace("'connection' => 'cache',", "'connection' => env('REDIS_CACHE_CONNECTION', 'cache'),")
    .replace("'lock_connection' => 'default',", "'lock_connection' => env('REDIS_CACHE_LOCK_CONNECTION', 'default'),");

const cache13 = (driver: string): string =>
  cache11(driver).replace(
    "        'redis' => [",
    `        'failover' => [
            'driver' => 'failover',
            'stores' => [
                'redis',
                'array',
            ],
        ],

        'redis' => [`,
  );

const old = `<?php
return array(
\t'default' => "file", # since 2015
\t'stores' => array(
\t\t'file' => array('driver' => 'file', 'path' => storage_path('cache')),
\t\t'redis' => array('driver' => 'redis', 'connection' => 'cache') // the last one
\t),
\t'prefix' => 'laravel'
);
`;

const database8 = `<?php

use Illuminate\\Support\\Str;

return [

    'default' => env('DB_CONNECTION', 'mysql'),

    'connections' => [
        'sqlite' => ['driver' => 'sqlite', 'database' => env('DB_DATABASE', database_path('database.sqlite'))],
    ],

    'migrations' => 'migrations',

${banner('Redis Databases')}
    'redis' => [

        'client' => env('REDIS_CLIENT', 'phpredis'),

        'options' => [
            'cluster' => env('REDIS_CLUSTER', 'redis'),
            'prefix' => env('REDIS_PREFIX', Str::slug(env('APP_NAME', 'laravel'), '_').'_database_'),
        ],

        'default' => [
            'url' => env('REDIS_URL'),
            'host' => env('REDIS_HOST', '127.0.0.1'),
            'password' => env('REDIS_PASSWORD', null),
            'port' => env('REDIS_PORT', '6379'),
            'database' => env('REDIS_DB', '0'),
        ],

        'cache' => [
            'url' => env('REDIS_URL'),
            'host' => env('REDIS_HOST', '127.0.0.1'),
            'password' => env('REDIS_PASSWORD', null),
            'port' => env('REDIS_PORT', '6379'),
            'database' => env('REDIS_CACHE_DB', '1'),
        ],

    ],

];
`;

const database12 = database8
  .replace("'migrations' => 'migrations',", "'migrations' => [\n        'table' => 'migrations',\n    ],")
  .replaceAll("env('REDIS_PASSWORD', null)", "env('REDIS_PASSWORD')")
  .replaceAll(
    /( +)('database' => env\('REDIS_(?:CACHE_)?DB'.*\n)/g,
    "$1$2$1'max_retries' => env('REDIS_MAX_RETRIES', 3),\n$1'backoff_algorithm' => env('REDIS_BACKOFF_ALGORITHM', 'decorrelated_jitter'),\n",
  );

const releaseOnly = database8.replace(
  "'database' => env('REDIS_CACHE_DB', '1'),",
  "'database' => env('REDIS_CACHE_DB', '1'),\n            'options' => ['prefix' => basename(base_path()).'_'],",
);

const stache3 = `<?php

return [

${banner('File Watcher')}
    'watcher' => env('STATAMIC_STACHE_WATCHER', true),

${banner('Stores')}
    'stores' => [
        //
    ],

${banner('Indexes')}
    'indexes' => [
        //
    ],

];
`;

const stache5 = stache3.replace(
  "    'watcher' => env('STATAMIC_STACHE_WATCHER', true),",
  `    'watcher' => env('STATAMIC_STACHE_WATCHER', 'auto'),

${banner('Cache Store')}
    'cache_store' => null,`,
);

const stache6 = stache5
  .replace("'cache_store' => null,", "'cache_store' => env('STATAMIC_STACHE_CACHE_STORE'),")
  .replace(
    "    'indexes' => [\n        //\n    ],",
    "    'indexes' => [\n        //\n    ],\n\n    'lock' => [\n        'enabled' => true,\n        'timeout' => 30,\n    ],",
  );

function shape(name: string, driver: Shape['driver'], [cache, database, stache]: readonly string[]): Shape {
  const files = { 'config/cache.php': cache, 'config/database.php': database, 'config/statamic/stache.php': stache };
  const there = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const variables: Record<string, string> = cache?.includes('CACHE_STORE') ? { CACHE_STORE: driver } : {};
  return { name, driver, files: Object.fromEntries(there), variables };
}

/** Laravel 8 to 13, Statamic 3 to 6, and the forms that people give such files. */
export const shapes: readonly Shape[] = [
  shape('Laravel 8, files, Statamic 3', 'file', [cache8('file'), database8, stache3]),
  shape('Laravel 8, Redis, Statamic 3', 'redis', [cache8('redis'), database8, stache3]),
  shape('Laravel 9, Redis, Statamic 4', 'redis', [cache8('redis'), database8, stache5]),
  shape('Laravel 10, files, Statamic 4', 'file', [cache10('file'), database8, stache5]),
  shape('Laravel 11, Redis, Statamic 5', 'redis', [cache11('redis'), database8, stache5]),
  shape('Laravel 11, files, Statamic 5', 'file', [cache11('file'), database8, stache5]),
  shape('Laravel 12, Redis, Statamic 5', 'redis', [cache11('redis'), database12, stache5]),
  shape('Laravel 13, Redis, Statamic 6', 'redis', [cache13('redis'), database12, stache6]),
  shape('Laravel 13, files, Statamic 6', 'file', [cache13('file'), database12, stache6]),
  shape('the release alone as the prefix', 'redis', [cache8('redis'), releaseOnly, stache5]),
  shape('array(), tabs, comments behind the last entry', 'file', [old, database8, stache3]),
  shape(
    'lines that end as on Windows',
    'redis',
    [cache11('redis'), database12, stache5].map((text) => text.replaceAll('\n', '\r\n')),
  ),
];
