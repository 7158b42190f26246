import { type AuditFacts, finalPrefix, isIsolated, stacheStore, storeOf } from '../facts.ts';
import { type AuditWish, advice, change, type Mend, type Rule } from '../finding.ts';

/** Whether what shall be each release's own is. */
export const isolationRules: readonly Rule[] = [
  {
    name: 'stache-shared',
    severity: 'error',
    finds: 'The Stache lies in a cache that all releases share.',
    consequence:
      'The Stache keeps absolute paths for ever: the new release reads the files of the old one, and once that is removed its pages answer 404 and “hasStructure() on null”.',
    find(facts, wish) {
      const name = stacheStore(facts);
      if (facts.statamic === null || wish.isolation === 'off' || isIsolated(facts, storeOf(facts, name))) return null;
      return { evidence: storeSentence(facts, name, 'The Stache'), mend: isolateStache(facts, wish) };
    },
  },
  {
    name: 'store-shared',
    severity: 'error',
    finds: "isolation is 'store', and the default cache store is shared.",
    consequence: 'What one release caches is served by the other, and a clearing of one empties both.',
    find(facts, wish) {
      const name = facts.cache.default;
      if (wish.isolation !== 'store' || isIsolated(facts, storeOf(facts, name))) return null;
      return { evidence: storeSentence(facts, name, 'The default cache'), mend: isolateStore(facts, name, wish) };
    },
  },
  {
    name: 'store-isolated',
    severity: 'warning',
    finds: "The default cache store is the release's own, although isolation is not 'store'.",
    consequence:
      'Signals, locks, rate limits and password resets in it are lost at each deployment: it is more than the Stache needs.',
    find(facts, wish) {
      const name = facts.cache.default;
      if (wish.isolation === 'store' || !isIsolated(facts, storeOf(facts, name))) return null;
      return {
        evidence: storeSentence(facts, name, 'The default cache'),
        mend: advice(
          "Say isolation: 'store' in the config of Cutover if it is meant, or keep the default store outside the release.",
        ),
      };
    },
  },
  {
    name: 'prefix-release-only',
    severity: 'warning',
    finds: 'The prefix of a Redis connection names the release, but not the project.',
    consequence:
      'Two projects on one database whose releases were made in the same second share their keys, and purging one purges both.',
    find(facts, wish) {
      const found = Object.entries(facts.redis.connections).find(([, { prefix }]) => {
        const before = prefix?.split(facts.release);
        return before !== undefined && before.length > 1 && !before[0]?.includes(wish.project);
      });
      if (!found) return null;
      return {
        evidence: `The prefix of the Redis connection “${found[0]}” is “${found[1].prefix}”.`,
        mend: change(
          'config/database.php',
          "'prefix' => basename(base_path()).'_',",
          `'prefix' => '${wish.project}:'.basename(base_path()).':',`,
        ),
      };
    },
  },
  {
    name: 'cache-prefix-file',
    severity: 'warning',
    finds: "cache.prefix names the release, and the store is the driver 'file', which knows no prefix.",
    consequence: 'It has no effect: the files are where they were.',
    find(facts) {
      const file = storeOf(facts, facts.cache.default);
      if (file?.driver !== 'file' || !file.prefix?.includes(facts.release)) return null;
      return {
        evidence: `cache.prefix is “${file.prefix}”, and the default store keeps files in ${file.path}.`,
        mend: change(
          'config/cache.php',
          "'path' => storage_path('framework/cache/data'),",
          "'path' => base_path('cache'),",
        ),
      };
    },
  },
  {
    name: 'cache-prefix-per-release',
    severity: 'warning',
    finds: 'cache.prefix (CACHE_PREFIX) names the release.',
    consequence:
      'Every store has it, those of sessions, locks and signals as well: visitors are logged out, and locks hold twice.',
    find({ cache, release }) {
      if (!cache.prefix?.includes(release)) return null;
      return {
        evidence: `cache.prefix is “${cache.prefix}”.`,
        mend: advice('Put the release into the prefix of one Redis connection or store, not into cache.prefix.'),
      };
    },
  },
  {
    name: 'store-not-purgeable',
    severity: 'warning',
    finds: "A release's own keys lie where they cannot be listed (Memcached, APCu, DynamoDB).",
    consequence: 'What a removed release left stays until its time is over.',
    find(facts, wish) {
      const names = [facts.cache.default, ...(facts.statamic === null ? [] : [stacheStore(facts)])];
      const name = names.find((one) => ['memcached', 'apc', 'dynamodb'].includes(storeOf(facts, one)?.driver ?? ''));
      if (name === undefined || !isIsolated(facts, storeOf(facts, name))) return null;
      return { evidence: storeSentence(facts, name, 'A cache of this release'), mend: isolateStore(facts, name, wish) };
    },
  },
];

function storeSentence(facts: AuditFacts, name: string | null, what: string): string {
  const store = storeOf(facts, name);
  if (store === null) return `${what} is to be in the store “${name ?? ''}”, which config/cache.php does not have.`;
  const place =
    store.driver === 'file'
      ? `in ${store.path}`
      : `with the prefix “${finalPrefix(facts, store) ?? ''}”${store.connection === null ? '' : ` on the connection “${store.connection}”`}`;
  return `${what} is in the store “${name}”, driver “${store.driver}”, ${place}.`;
}

/** A store of its own is the least that must be apart. */
function isolateStache(facts: AuditFacts, wish: AuditWish): Mend {
  const name = stacheStore(facts);
  if (wish.isolation === 'store') return isolateStore(facts, name, wish);
  if (name !== null && name !== facts.cache.default && storeOf(facts, name) !== null)
    return isolateStore(facts, name, wish);
  return change(
    'config/cache.php',
    "'stores' => [",
    "'stores' => [\n\n        'stache' => [\n            'driver' => 'file',\n            'path' => base_path('cache/stache'),\n        ],",
    "Add a store in config/cache.php, and name it in config/statamic/stache.php: 'cache_store' => 'stache'.",
  );
}

function isolateStore(facts: AuditFacts, name: string | null, { project }: AuditWish): Mend {
  const store = storeOf(facts, name);
  if (store?.driver === 'redis')
    return change(
      'config/database.php',
      `'${store.connection}' => [`,
      `'${store.connection}' => [\n            'options' => ['prefix' => '${project}:'.basename(base_path()).':'],`,
      `Give the Redis connection “${store.connection}” a prefix of project and release. No other store, session or queue may use it.`,
    );
  if (store?.driver === 'file')
    return change(
      'config/cache.php',
      `'path' => ${store.path === null ? "''" : pathText(store.path, facts)},`,
      "'path' => base_path('cache'),",
    );
  return change(
    'config/cache.php',
    `'${name}' => [`,
    `'${name}' => [\n            'prefix' => '${project}:'.basename(base_path()).':',`,
    `Give the store “${name}” a prefix of project and release.`,
  );
}

function pathText(path: string, { base }: AuditFacts): string {
  const inside = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  return inside.startsWith('storage/') ? `storage_path('${inside.slice('storage/'.length)}')` : `'${inside}'`;
}
