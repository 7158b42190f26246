import { type AuditFacts, storeOf } from '../facts.ts';
import { advice, type Rule } from '../finding.ts';

type Looked = AuditFacts['looked'][number];

/** What only the servers of isolated caches can tell. They are asked by `cutover cache audit` and `cutover check`, not by a deployment. */
export const connectionRules: readonly Rule[] = [
  {
    name: 'eviction-volatile',
    severity: 'warning',
    finds:
      'The Redis of an isolated cache makes room by removing keys that expire, and the isolated cache keeps keys for ever.',
    consequence:
      'When its memory is used up, sessions, locks and rate limits go first, and what the releases cached stays until it is purged.',
    find({ looked }) {
      const one = looked.find(({ limit, policy }) => limit !== null && limit > 0 && policy?.startsWith('volatile-'));
      if (!one) return null;
      return {
        evidence: `The server of the cache “${one.look}” may use ${megabytes(one)} and has the policy “${one.policy}”.`,
        mend: advice(
          'Let caches have a server of their own with the policy allkeys-lru, or keep fewer releases and watch its memory: “cutover cache status” tells what each release holds.',
        ),
      };
    },
  },
  {
    name: 'eviction-allkeys',
    severity: 'warning',
    finds:
      'The Redis of an isolated cache makes room by removing any key, and sessions or a queue are on the same server.',
    consequence: 'When its memory is used up, jobs that wait are lost and visitors are logged out.',
    find(facts) {
      const one = facts.looked.find(
        ({ limit, policy }) => limit !== null && limit > 0 && policy?.startsWith('allkeys-'),
      );
      const beside = one && besides(facts, one);
      if (!one || beside === undefined || beside.length === 0) return null;
      return {
        evidence: `The server of the cache “${one.look}” may use ${megabytes(one)} and has the policy “${one.policy}”; ${beside.join(' and ')} ${beside.length === 1 ? 'is' : 'are'} on it too.`,
        mend: advice('Give caches a server of their own: the policy holds for all databases of a server.'),
      };
    },
  },
  {
    name: 'foreign-releases',
    severity: 'warning',
    finds: 'The Redis database of an isolated cache holds keys of releases that nobody here knows.',
    consequence:
      'Another project that names its keys in the same way shares the database: releases of one second share their keys, and purging one purges both. Or they are what an earlier release left.',
    find({ looked }) {
      const one = looked.find(({ strangers }) => strangers.length > 0);
      if (!one) return null;
      const [first = ''] = one.strangers;
      const more = one.strangers.length === 1 ? '' : ` and ${one.strangers.length - 1} more`;
      return {
        evidence: `Keys of the cache “${one.look}” begin with “${one.form}”, and some name the release ${first}${more}.`,
        mend: advice(
          `If it was a release of this project: cutover cache purge ${first}. If not, give the projects different prefixes or databases: 'prefix' => '<project>:'.basename(base_path()).':'.`,
        ),
      };
    },
  },
];

/** What of the application is on the server of that cache and must not be lost. */
function besides(facts: AuditFacts, { look }: Looked): readonly string[] {
  const { connections } = facts.redis;
  const server = connections[storeOf(facts, look)?.connection ?? '']?.server;
  const isThere = (driver: string | null, connection: string | null): boolean =>
    driver === 'redis' && server !== undefined && connections[connection ?? 'default']?.server === server;
  return [
    ...(isThere(facts.queue.driver, facts.queue.connection) ? ['the queue'] : []),
    ...(isThere(facts.session.driver, facts.session.connection) ? ['sessions'] : []),
  ];
}

function megabytes({ limit }: Looked): string {
  return `${Math.round((limit ?? 0) / 2 ** 20)} MB`;
}
