import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RedisServer } from '../../src/model/cache.ts';
import { askCaches } from '../../src/plan/purge/asking.ts';
import { makeBusyboxTools, makeTools } from '../kit/tools.ts';
import { aHost, settingsFor } from '../kit/wishes.ts';
import { type Lifetime, workspace } from '../source/kit.ts';
import { annsPassword, live, old, password, type Servers, serversForAll } from './kit.ts';

const servers = serversForAll();

/** Every kind of server, as the config of Cutover declares it, and how the test itself reaches the keys. */
const kinds: Readonly<Record<string, (servers: Servers) => [Partial<RedisServer>, database: number]>> = {
  'an open server': ({ open }) => [{ urls: [`redis://127.0.0.1:${open.port}`] }, 0],
  'a database, a user and a password': ({ secured }) => [{ urls: [`redis://ann@127.0.0.1:${secured.port}/4`] }, 4],
  TLS: ({ secured }) => [{ urls: [`rediss://ann@127.0.0.1:${secured.tlsPort}/5`] }, 5],
  sentinels: ({ sentinel }) => [
    { topology: 'sentinel', urls: ['redis://127.0.0.1:1', `redis://127.0.0.1:${sentinel.port}`], master: 'mymaster' },
    0,
  ],
  'a cluster': ({ cluster }) => [{ topology: 'cluster', urls: [`redis://127.0.0.1:${cluster[2]?.port}`] }, 0],
};

/** What the host has instead: a client of Redis, or only what opens a connection. */
for (const tools of ['redis-cli', 'bash and openssl'] as const)
  describe(`a host without PHP purges by ${tools}`, () => {
    for (const [name, of] of Object.entries(kinds))
      it(`${name}: exactly the keys of the release, counted and measured before`, (t) => {
        const [connection, database] = of(servers());
        const word = connection.urls?.[0]?.includes('ann@') ? annsPassword : name === 'an open server' ? '' : password;
        const host = hostWithout(t, { password: word === '' ? null : 'WORD', ...connection }, tools);
        const { open, secured, cluster } = servers();
        const nodes = name === 'a cluster' ? cluster : [name === 'an open server' ? open : secured];
        const own = `s[h]*p:${old}:`;
        const others = [`s[h]*p:${live}:`, `shp:${old}:`];
        const keys = [own, ...others].flatMap((prefix) => Array.from({ length: 300 }, (_, i) => `${prefix}k${i}`));
        const commands = keys.map((key) => `set ${JSON.stringify(key)} 1\n`).join('');
        nodes[0]?.cli(nodes.length > 1 ? ['-c'] : ['-n', String(database)], commands);
        const held = (): readonly number[] => {
          const found = nodes.flatMap((node) => node.cli(['-n', String(database), '--scan']).split('\n'));
          return [own, ...others].map((prefix) => found.filter((key) => key.startsWith(prefix)).length);
        };

        const counted = host.ask('count', word);
        assert.equal((JSON.parse(counted.said) as { keys: number }).keys, 300, counted.said);
        const { entries, bytes } = JSON.parse(host.ask('status', word).said) as { entries: number; bytes: number };
        assert.ok(entries === 300 && bytes >= 300 * 30, `${entries} entries, ${bytes} bytes`);
        assert.deepEqual(held(), [300, 300, 300]);
        const purged = host.ask('purge', word);
        assert.equal(purged.code, 0, purged.said);
        assert.match(purged.said, /Purged 20260101000000 from data: 300 entries/);
        assert.deepEqual(held(), [0, 300, 300]);
        assert.ok(!existsSync(join(host.path, '.cutover/owed', old)));
      });
  });

describe('a host without PHP', () => {
  for (const tools of ['busybox and redis-cli', 'busybox and nc'] as const)
    it(`is told of a wrong password with ${tools}, and what is left is owed`, (t) => {
      const { secured } = servers();
      const host = hostWithout(t, { urls: [`redis://127.0.0.1:${secured.port}`] }, tools);
      const { code, said } = host.ask('purge', 'wrong');
      assert.equal(code, 1, said);
      assert.match(said, /Redis said: .*(NOAUTH|WRONGPASS|AUTH failed)/);
      assert.match(said, new RegExp(`Keys of ${old} are left: .*cutover cache purge ${old}`));
      assert.ok(existsSync(join(host.path, '.cutover/owed', old)));
      assert.match((JSON.parse(host.ask('count', 'wrong').said) as { problem: string }).problem, /Redis said: /);
      assert.equal(host.ask('purge', password).code, 0);
      assert.ok(!existsSync(join(host.path, '.cutover/owed', old)));
    });

  it('is told of a server that is not there', (t) => {
    const host = hostWithout(t, { urls: ['redis://127.0.0.1:1'], password: null }, 'bash and openssl');
    const { code, said } = host.ask('purge', '');
    assert.equal(code, 1, said);
    assert.match(said, /Redis said: .*Connection refused/);
  });

  it('trusts no certificate that it does not know', (t) => {
    const urls = [`rediss://127.0.0.1:${servers().secured.tlsPort}`];
    const { code, said } = hostWithout(t, { urls }, 'bash and openssl').ask('purge', password, { SSL_CERT_FILE: '' });
    assert.equal(code, 1, said);
    assert.match(said, /Redis said: [^]*certificate verify failed/);
  });

  it('is told which tool could open a socket file', (t) => {
    const host = hostWithout(t, { urls: ['unix:///run/redis.sock'], password: null }, 'bash and openssl');
    assert.match(host.ask('purge', '').said, /By a socket file it is reached by redis-cli, valkey-cli or nc/);
  });

  it('says that it has no tool at all, and owes the purge', (t) => {
    const host = hostWithout(t, { urls: ['redis://127.0.0.1:1'] }, 'none of them');
    const { code, said } = host.ask('purge', '');
    assert.equal(code, 1);
    assert.match(said, /it needs php, redis-cli, valkey-cli, bash, nc or openssl\. The command of PHP is php\./);
    assert.ok(existsSync(join(host.path, '.cutover/owed', old)));
  });
});

type Tools = 'redis-cli' | 'bash and openssl' | 'busybox and redis-cli' | 'busybox and nc' | 'none of them';

/** Those of the tools here that such a host has. */
function layTools(where: string, tools: Tools): void {
  const [shell, client] = tools.split(' and ');
  const clients = ['redis-cli', 'valkey-cli'];
  const plain = ['bash', 'nc', 'openssl'];
  if (shell === 'busybox') makeBusyboxTools(where, client === 'nc' ? [] : [client ?? '']);
  else if (tools === 'none of them') makeTools(where, { without: ['php', ...clients, ...plain] });
  else makeTools(where, { without: ['php', ...(tools === 'redis-cli' ? plain : [...clients, 'nc'])] });
}

/** A host without PHP. */
function hostWithout(t: Lifetime, server: Partial<RedisServer>, tools: Tools) {
  const path = workspace(t);
  const where = join(path, 'tools');
  layTools(where, tools);
  const connection: RedisServer = {
    kind: 'server',
    topology: 'standalone',
    urls: [],
    master: null,
    password: 'WORD',
    ...server,
  };
  const common = { name: 'data', warm: null, refresh: null, verify: null };
  const settings = settingsFor([], {
    project: 's[h]*p',
    caches: [{ kind: 'redis', connection, prefix: '{{ name }}:{{ time }}:', ...common }],
  });
  const about = { releases: [old], kept: [live], live };
  return {
    path,
    ask(what: 'purge' | 'count' | 'status', word: string, more: NodeJS.ProcessEnv = {}) {
      const text = `set -eu\ncd '${path}'\n${String(askCaches(aHost('web1'), settings, { do: what, ...about }))}`;
      const env = { PATH: where, WORD: word, SSL_CERT_FILE: servers().certificate.cert, ...more };
      const shell = tools.startsWith('busybox') ? ['busybox', 'sh'] : ['sh'];
      const ended = spawnSync(join(where, shell[0] ?? 'sh'), [...shell.slice(1), '-c', text], {
        encoding: 'utf8',
        env,
      });
      return { code: ended.status, said: ended.stdout + ended.stderr };
    },
  };
}
