import * as z from 'zod';
import { ownPrefixForm, prefixFault } from '../../model/cache.ts';
import { line, name, relativePath, shellText, textLike, textWithout, variableName } from './text.ts';

const work = {
  warm: shellText
    .optional()
    .describe('Fills it before its release goes live; it fills by itself when there is none.')
    .meta({ examples: ['node warm.js'] }),
  refresh: shellText
    .optional()
    .describe('Makes it current before an old release goes live again; without it it is emptied and warmed anew.'),
  verify: shellText
    .optional()
    .describe(
      'Prints the path or prefix which the application really uses; when it is not this one, the deployment stops before activation.',
    ),
};

const prefix = textWithout(faultOfPrefix)
  .default(ownPrefixForm)
  .describe(
    'What every key of it begins with: `{{ name }}` is the project, `{{ time }}` the release, which it must name; `{{ stage }}` and `{{ host }}` are known too. It ends with a separator.',
  )
  .meta({ examples: ['{{ name }}:{{ time }}:', '{{ time }}_'] });

const url = textLike(
  /^(?:rediss?:\/\/(?:[^\s:@/]+@)?(?:\[[\da-fA-F:]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?(?:\/\d{1,5})?|unix:\/\/\/\S+)$/,
  'This must be an address such as "redis://127.0.0.1:6379/1", "rediss://user@cache.example" or "unix:///run/redis.sock", without a password.',
);

const server = z
  .strictObject({
    urls: z
      .array(url)
      .min(1)
      .describe('Where it is reached from the hosts; several for sentinels or the nodes of a cluster.')
      .meta({ examples: [['redis://127.0.0.1:6379/1']] }),
    topology: z
      .enum(['standalone', 'sentinel', 'cluster'])
      .default('standalone')
      .describe('Whether the addresses are a server, its sentinels, or nodes of a Redis Cluster.'),
    master: line
      .optional()
      .describe("The sentinels' name for the master.")
      .meta({ examples: ['mymaster'] }),
    password: variableName
      .optional()
      .describe('The name of the secret that is its password.')
      .meta({ examples: ['REDIS_PASSWORD'] }),
  })
  .meta({ id: 'RedisServer', description: 'A Redis that is reached without the application.' });

const fileCache = z
  .strictObject({
    type: z.literal('file').describe('A directory of the release.'),
    path: relativePath
      .describe('Where it is in each release. It must not be shared.')
      .meta({ examples: ['cache', 'storage/framework/cache/stache'] }),
    ...work,
  })
  .meta({ id: 'FileCache', description: 'A directory that each release has for itself.' });

const redisCache = z
  .strictObject({
    type: z.literal('redis').describe('Keys of a Redis or Valkey that begin with a prefix of the release.'),
    connection: z
      .union([name.transform((text) => ({ application: text })), server])
      .describe("A connection of the application's own config by its name, or a server."),
    prefix,
    ...work,
  })
  .meta({ id: 'RedisCache', description: 'Keys that each release has for itself.' });

const databaseCache = z
  .strictObject({
    type: z.literal('database').describe('Rows of a cache table whose keys begin with a prefix of the release.'),
    connection: name
      .optional()
      .describe("A connection of the application's own config; its default when there is none."),
    table: textLike(/^[A-Za-z_][A-Za-z0-9_.]*$/, 'This must be the name of a table.')
      .default('cache')
      .describe('The table.'),
    prefix,
    ...work,
  })
  .meta({ id: 'DatabaseCache', description: 'Rows that each release has for itself.' });

/** A cache that each release has for itself. */
export const cache = z.discriminatedUnion('type', [fileCache, redisCache, databaseCache]);

/** The caches of a stage by name. */
export const caches = z
  .record(name, cache)
  .prefault({})
  .describe(
    "Caches that each release has for itself, by name, in addition to the recipe's: verified and warmed before their release goes live, refreshed before it goes live again, purged when it is removed.",
  )
  .meta({
    examples: [
      {
        pages: { type: 'file', path: 'cache/pages', warm: 'node warm.js' },
        data: { type: 'redis', connection: { urls: ['redis://127.0.0.1:6379/1'] } },
      },
    ],
  });

/** What of a Laravel application each release has for itself. */
export const isolation = z
  .enum(['stache', 'store', 'off'])
  .optional()
  .describe(
    'What each release of a Laravel application has for itself: `stache` the store of the Stache alone (the default of `statamic`), `store` the whole default cache store, `off` nothing (the default of `laravel`).',
  );

const prefixSentences = {
  'no-release': 'A prefix must name the release with {{ time }}, or all releases share it.',
  'no-separator': 'A prefix must end with a separator such as ":" or "_", or it begins the prefixes of others too.',
  'unknown-variable': 'A prefix knows {{ name }}, {{ stage }}, {{ host }} and {{ time }} only.',
  'control-character': 'A prefix must not hold control characters.',
} as const;

function faultOfPrefix(form: string) {
  const fault = prefixFault(form);
  return fault === null ? null : { message: prefixSentences[fault], suggestion: `Write "${ownPrefixForm}".` };
}
