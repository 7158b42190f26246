import { type AuditFacts, isAtLeast, isIsolated, isOfRelease, storeOf } from '../facts.ts';
import { advice, change, type Rule } from '../finding.ts';

/** What must stay shared although a cache is isolated. */
export const sharedRules: readonly Rule[] = [
  {
    name: 'sessions-isolated',
    severity: 'error',
    finds: "Sessions lie in what is the release's own.",
    consequence: 'Everybody is logged out at each deployment.',
    find(facts) {
      const { session } = facts;
      if (session.driver === 'redis' && isOfRelease(facts, session.connection))
        return {
          evidence: `Sessions are in Redis, on the connection “${session.connection ?? 'default'}”, whose prefix names the release.`,
          mend: change('.env', `SESSION_CONNECTION=${session.connection ?? ''}`, 'SESSION_CONNECTION=default'),
        };
      const byStore = ['redis', 'memcached', 'dynamodb', 'apc'].includes(session.driver ?? '');
      if (byStore && facts.cache.prefix?.includes(facts.release))
        return {
          evidence: `Sessions have the driver “${session.driver}”, and cache.prefix, which names the release, is theirs too.`,
          mend: advice(
            'Take the release out of cache.prefix (CACHE_PREFIX): name it in the prefix of one connection instead.',
          ),
        };
      if (session.driver === 'file' && session.inside === true)
        return {
          evidence: 'Sessions are files inside the release.',
          mend: advice("Share them: shared: { directories: ['storage/framework/sessions'] }."),
        };
      return null;
    },
  },
  {
    name: 'queue-isolated',
    severity: 'error',
    finds: 'The queue lies behind a prefix that names the release.',
    consequence: 'Jobs that wait when a release goes live are never run.',
    find(facts) {
      const { queue } = facts;
      if (queue.driver !== 'redis' || !isOfRelease(facts, queue.connection)) return null;
      return {
        evidence: `The queue “${queue.name}” uses the Redis connection “${queue.connection ?? 'default'}”, whose prefix names the release.`,
        mend: advice('Let the queue use another Redis connection, without the release in its prefix.'),
      };
    },
  },
  {
    name: 'redis-prefix-global',
    severity: 'error',
    finds: 'The prefix of all Redis connections names the release.',
    consequence:
      'Queues, sessions, locks and Horizon are cut off at each deployment: jobs are stranded, visitors logged out.',
    find({ redis, release }) {
      if (!redis.globalPrefix.includes(release)) return null;
      return {
        evidence: `database.redis.options.prefix is “${redis.globalPrefix}”.`,
        mend: advice("Put the prefix into the 'options' of the one connection that the isolated cache uses."),
      };
    },
  },
  {
    name: 'overflow-isolated',
    severity: 'error',
    finds: 'Payloads of large jobs lie in an isolated store.',
    consequence: 'Jobs that wait when a release goes live find their payload gone.',
    find(facts) {
      const { overflowStore } = facts.queue;
      if (overflowStore === null || !isIsolated(facts, storeOf(facts, overflowStore))) return null;
      return {
        evidence: `The queue keeps large payloads in the store “${overflowStore}”, which is the release's own.`,
        mend: advice('Name a store for them that all releases share.'),
      };
    },
  },
  {
    name: 'locks-isolated',
    severity: 'warning',
    finds: 'Locks lie in the isolated store.',
    consequence:
      'A lock can be held by the old release and the new one at once: unique jobs run twice across a deployment.',
    find(facts) {
      const name = facts.cache.default;
      const store = storeOf(facts, name);
      if (!isIsolated(facts, store) || store === null || hasSharedLocks(facts)) return null;
      if (store.driver === 'redis')
        return {
          evidence: `The store “${name}” takes its locks on the connection “${store.lockConnection ?? store.connection}”, whose prefix names the release.`,
          mend: change(
            'config/cache.php',
            `'connection' => '${store.connection}',`,
            `'connection' => '${store.connection}',\n            'lock_connection' => 'default',`,
          ),
        };
      if (store.driver === 'file' && isAtLeast(facts, 10, 9))
        return {
          evidence: `The store “${name}” keeps its locks in ${store.lockPath ?? store.path}.`,
          mend: change(
            'config/cache.php',
            "'path' => base_path('cache'),",
            "'path' => base_path('cache'),\n            'lock_path' => storage_path('framework/cache/locks'),",
          ),
        };
      return {
        evidence: `The store “${name}” (driver “${store.driver}”) of Laravel ${facts.laravel} keeps its locks with its keys.`,
        mend: advice(
          "Isolate the Stache alone (isolation: 'stache'), or take locks in a store that is shared: Cache::store('…')->lock(…).",
        ),
      };
    },
  },
  {
    name: 'scheduler-isolated',
    severity: 'warning',
    finds: 'Mutexes of the scheduler lie in the isolated store.',
    consequence: 'A scheduled command with withoutOverlapping or onOneServer runs twice across a deployment.',
    find(facts) {
      if (!isIsolated(facts, storeOf(facts, facts.cache.default)) || (isAtLeast(facts, 9, 52) && hasSharedLocks(facts)))
        return null;
      return {
        evidence: `The scheduler of Laravel ${facts.laravel} uses the default store “${facts.cache.default}”.`,
        mend: advice(
          "Give it a store that is shared: $schedule->useCache('…') (Schedule::useCache in newer applications).",
        ),
      };
    },
  },
  {
    name: 'limiter-isolated',
    severity: 'warning',
    finds: 'Rate limits and login throttles lie in the isolated store.',
    consequence: 'Each deployment gives whoever guesses passwords his tries back.',
    find(facts) {
      const name = facts.cache.limiter ?? facts.cache.default;
      if (!isIsolated(facts, storeOf(facts, name))) return null;
      return {
        evidence: `The limiter uses the store “${name}”.`,
        mend: change(
          'config/cache.php',
          "'default' =>",
          "'limiter' => 'shared',\n\n    'default' =>",
          'Name a shared store as the limiter (cache.limiter).',
        ),
      };
    },
  },
  {
    name: 'resets-isolated',
    severity: 'warning',
    finds: 'Tokens of password resets lie in an isolated store.',
    consequence: 'Links in mails that were sent before a deployment lead nowhere after it.',
    find(facts) {
      const store = facts.resetStores.find((name) => isIsolated(facts, storeOf(facts, name)));
      if (store === undefined) return null;
      return {
        evidence: `auth.passwords keeps tokens in the store “${store}”.`,
        mend: advice(
          "Name a store for them that all releases share ('store' => '…' in auth.passwords), or the database.",
        ),
      };
    },
  },
  {
    name: 'maintenance-isolated',
    severity: 'warning',
    finds: 'The maintenance mode lies in the isolated store.',
    consequence: 'A release that goes live during maintenance is up.',
    find(facts) {
      const { driver, store } = facts.maintenance;
      if (driver !== 'cache' || !isIsolated(facts, storeOf(facts, store ?? facts.cache.default))) return null;
      return {
        evidence: `app.maintenance.store is “${store ?? facts.cache.default}”.`,
        mend: advice('Name a shared store (APP_MAINTENANCE_STORE), or use the driver file.'),
      };
    },
  },
  {
    name: 'flush-shared',
    severity: 'warning',
    finds: 'The isolated cache shares its Redis database with sessions, a queue or other connections.',
    consequence:
      '“artisan cache:clear” is FLUSHDB: it empties the database, for the live release and for everything else in it.',
    find(facts) {
      const own = ownConnection(facts);
      if (own === null) return null;
      const { connections } = facts.redis;
      const others = Object.entries(connections).filter(
        ([name, one]) =>
          name !== own && one.server === connections[own]?.server && one.database === connections[own]?.database,
      );
      if (others.length === 0) return null;
      return {
        evidence: `The Redis connections “${own}” and ${others.map(([name]) => `“${name}”`).join(', ')} are one database: ${connections[own]?.server}, number ${connections[own]?.database}.`,
        mend: advice(
          'Give the isolated connection a database number of its own, and never run “artisan cache:clear”: “cutover cache purge” removes exactly one release.',
        ),
      };
    },
  },
  {
    name: 'app-name-default',
    severity: 'warning',
    finds: 'APP_NAME is Laravel.',
    consequence: 'Cache prefixes and the one of Horizon come from it: two such sites on one Redis share keys.',
    find: ({ appName, redis }) =>
      appName === 'Laravel' && Object.keys(redis.connections).length > 0
        ? {
            evidence: 'app.name is “Laravel”.',
            mend: change('.env', 'APP_NAME=Laravel', 'APP_NAME="<the name of this site>"'),
          }
        : null,
  },
  {
    name: 'horizon-prefix',
    severity: 'warning',
    finds: 'The prefix of Horizon is the one of every new application.',
    consequence: 'Two sites with it on one host end one another’s workers.',
    find: ({ horizonPrefix }) =>
      horizonPrefix === 'laravel_horizon:' || horizonPrefix === 'horizon:'
        ? {
            evidence: `horizon.prefix is “${horizonPrefix}”.`,
            mend: change('.env', 'HORIZON_PREFIX=', 'HORIZON_PREFIX=<the name of this site>_horizon:'),
          }
        : null,
  },
];

/** Locks of the default store that another release sees too. */
function hasSharedLocks(facts: AuditFacts): boolean {
  const store = storeOf(facts, facts.cache.default);
  if (store?.driver === 'redis') return !isOfRelease(facts, store.lockConnection ?? store.connection);
  return store?.driver === 'file' && store.lockPath !== null && store.lockInside === false;
}

function ownConnection(facts: AuditFacts): string | null {
  const stores = Object.values(facts.cache.stores).filter((store) => store.driver === 'redis');
  return stores.find((store) => isOfRelease(facts, store.connection))?.connection ?? null;
}
