import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Redis } from '../kit/redis.ts';
import { annsPassword, live, old, password, type Servers, serversForAll, siteWith } from './kit.ts';

const keysEach = 600;

interface Kind {
  /** Of the application: its connection is called `cache`. */
  readonly config: object;
  readonly nodes: readonly Redis[];
  readonly database?: number;
}

const kinds: Readonly<Record<string, (servers: Servers) => Kind>> = {
  'an open server': ({ open }) => ({ config: connection(at(open)), nodes: [open] }),
  'another database of it': ({ open }) => ({
    config: connection({ ...at(open), database: '3' }),
    nodes: [open],
    database: 3,
  }),
  'an address': ({ open }) => ({
    config: connection({ url: `redis://127.0.0.1:${open.port}/4` }),
    nodes: [open],
    database: 4,
  }),
  'a password': ({ secured }) => ({ config: connection({ ...at(secured), password }), nodes: [secured] }),
  'a user of its own': ({ secured }) => ({
    config: connection({ ...at(secured), username: 'ann', password: annsPassword, database: 1 }),
    nodes: [secured],
    database: 1,
  }),
  'TLS with its own certificate': ({ secured, certificate }) => ({
    config: connection({
      host: 'tls://127.0.0.1',
      port: secured.tlsPort,
      password,
      database: 2,
      context: { stream: { cafile: certificate.cert } },
    }),
    nodes: [secured],
    database: 2,
  }),
  'an address with TLS, user and password': ({ secured, certificate }) => ({
    config: connection({
      url: `tls://ann:${encodeURIComponent(annsPassword)}@127.0.0.1:${secured.tlsPort}/3`,
      ssl: { cafile: certificate.cert },
    }),
    nodes: [secured],
    database: 3,
  }),
  'sentinels, as predis has them': ({ sentinel, secured }) => ({
    config: connection({
      0: `tcp://127.0.0.1:${sentinel.port}`,
      options: { replication: 'sentinel', service: 'mymaster', parameters: { password, database: 5 } },
    }),
    nodes: [secured],
    database: 5,
  }),
  'sentinels, by settings of the connection': ({ sentinel, secured }) => ({
    config: connection({
      sentinel_host: '127.0.0.1',
      sentinel_port: sentinel.port,
      sentinel_service: 'mymaster',
      password,
      database: 6,
    }),
    nodes: [secured],
    database: 6,
  }),
  'a cluster of three masters': ({ cluster }) => ({
    config: { redis: { clusters: { cache: [{ ...at(cluster[1] as Redis), password, database: 0 }] } } },
    nodes: cluster,
  }),
};

const servers = serversForAll();

describe('a purge of a release, with', () => {
  for (const [name, of] of Object.entries(kinds))
    it(`${name}, removes exactly its keys`, (t) => {
      const own = `shop:${old}:`;
      const neighbours = [`shop:${live}:`, `shop2:${old}:`, 'laravel_database_', `shop:${old.slice(0, 13)}`];
      const kind = of(servers());
      const site = siteWith(t, { database: kind.config }, [
        { kind: 'redis', name: 'data', connection: { kind: 'application', name: 'cache' }, prefix: own },
      ]);
      stock(kind, [own, ...neighbours]);
      assert.equal((JSON.parse(site.ask({ do: 'count' }).said) as { keys: number }).keys, keysEach);
      const { code, said } = site.ask({ do: 'purge' });
      assert.equal(code, 0, said);
      assert.match(said, new RegExp(`Purged ${old} from data: ${keysEach} entries that began with "${own}"\\.`));
      assert.deepEqual(held(kind, [own, ...neighbours]), [0, ...neighbours.map(() => keysEach)]);
      for (const secret of [password, annsPassword]) assert.ok(!said.includes(secret));
    });
});

function connection(settings: object): object {
  return { redis: { client: 'phpredis', cache: settings } };
}

function at({ port }: Redis): { readonly host: string; readonly port: string } {
  return { host: '127.0.0.1', port: String(port) };
}

/** Puts so many keys behind each prefix. */
function stock({ nodes, database = 0 }: Kind, prefixes: readonly string[]): void {
  const keys = prefixes.flatMap((prefix) => Array.from({ length: keysEach }, (_, i) => `${prefix}k${i}`));
  const commands = keys.map((key) => `set ${JSON.stringify(key)} 1\n`).join('');
  nodes[0]?.cli(nodes.length > 1 ? ['-c'] : ['-n', String(database)], commands);
}

/** How many keys there are behind each prefix. */
function held({ nodes, database = 0 }: Kind, prefixes: readonly string[]): readonly number[] {
  const keys = nodes.flatMap((node) =>
    node
      .cli(['-n', String(database), '--scan'])
      .trimEnd()
      .split('\n'),
  );
  return prefixes.map((prefix) => keys.filter((key) => key.startsWith(`${prefix}k`)).length);
}

describe('a purge leaves neighbours alone, when what stands before the keys is', () => {
  const hostile: readonly (readonly [string, string, readonly string[]])[] = [
    ['rel[1]*:', old, ['rel1x:', 'rel1*:', 'rel[1]x:']],
    ['a?b:', old, ['axb:', 'a?c:']],
    ['c\\d:', old, ['cd:', 'c\\\\d:']],
    ['^{x}-$"\':', old, ['^{y}-$"\':', '{x}:']],
    ['', '1', ['0', '']],
  ];
  for (const [form, release, others] of hostile)
    it(`${JSON.stringify(form)} and the release ${release}`, (t) => {
      const own = `${form}${release}:`;
      const neighbours = [...others.map((other) => `${other}${release === '1' ? '10' : release}:`), `${form}${live}:`];
      const kind = { nodes: [servers().open], database: 9, config: connection({ ...at(servers().open), database: 9 }) };
      const site = siteWith(t, { database: kind.config });
      site.note(release, [
        { kind: 'redis', name: 'data', connection: { kind: 'application', name: 'cache' }, prefix: own },
      ]);
      stock(kind, [own, ...neighbours]);
      const { code, said } = site.ask({ do: 'purge', releases: [release], kept: ['10', live] });
      assert.equal(code, 0, said);
      assert.deepEqual(held(kind, [own, ...neighbours]), [0, ...neighbours.map(() => keysEach)]);
    });
});

describe('the host refuses by itself to purge', () => {
  it('what could hit anything else, and says why', (t) => {
    const { open } = servers();
    const config = connection({ ...at(open), database: 8 });
    const cache = { kind: 'redis', connection: { kind: 'application', name: 'cache' } } as const;
    const overlapping = `shop:${old}:`;
    const prefixes = ['', 'shop:', `shop:${live}:`, `shop:1${old}:`, `shop:${old}`, `shop:${old}:cache`, overlapping];
    const site = siteWith(
      t,
      { database: config },
      prefixes.map((prefix, i) => ({ ...cache, name: `cache${i}`, prefix })),
    );
    site.note(live, [{ ...cache, name: 'other', prefix: `${overlapping}more:` }]);
    open.cli(['-n', '8', 'mset', ...prefixes.flatMap((prefix) => [`${prefix}mine`, '1'])]);
    const { code, said } = site.ask({ do: 'purge' });
    assert.equal(code, 1, said);
    for (const i of prefixes.keys()) assert.match(said, new RegExp(`The cache "cache${i}" of ${old} is not purged: `));
    assert.equal(open.cli(['-n', '8', 'dbsize']).trim(), String(prefixes.length), said);
  });
});
