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
  sentinels: ({ sentinel }) => [
    { topology: 'sentinel', urls: ['redis://127.0.0.1:1', `redis://127.0.0.1:${sentinel.port}`], master: 'mymaster' },
    0,
  ],
  'a cluster': ({ cluster }) => [{ topology: 'cluster', urls: [`redis://127.0.0.1:${cluster[2]?.port}`] }, 0],
};

describe('a host without PHP purges by redis-cli', () => {
  for (const [name, of] of Object.entries(kinds))
    it(`${name}: exactly the keys of the release, counted and measured before`, (t) => {
      const [connection, database] = of(servers());
      const word = connection.urls?.[0]?.includes('ann@') ? annsPassword : name === 'an open server' ? '' : password;
      const host = hostWithout(t, { password: word === '' ? null : 'WORD', ...connection });
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

  it('in busybox too; a wrong password is told, and what is left is owed', (t) => {
    const { secured } = servers();
    const host = hostWithout(t, { urls: [`redis://127.0.0.1:${secured.port}`] }, 'busybox');
    const { code, said } = host.ask('purge', 'wrong');
    assert.equal(code, 1, said);
    assert.match(said, /Redis said: .*(NOAUTH|WRONGPASS|AUTH failed)/);
    assert.match(said, new RegExp(`Keys of ${old} are left: .*cutover cache purge ${old}`));
    assert.ok(existsSync(join(host.path, '.cutover/owed', old)));
    assert.match((JSON.parse(host.ask('count', 'wrong').said) as { problem: string }).problem, /Redis said: /);
    assert.equal(host.ask('purge', password).code, 0);
    assert.ok(!existsSync(join(host.path, '.cutover/owed', old)));
  });
});

it('a host that has neither says so, and owes the purge', (t) => {
  const host = hostWithout(t, { urls: ['redis://127.0.0.1:1'] }, 'neither');
  const { code, said } = host.ask('purge', '');
  assert.equal(code, 1);
  assert.match(said, /it needs php, redis-cli or valkey-cli\. The command of PHP is php\./);
  assert.ok(existsSync(join(host.path, '.cutover/owed', old)));
});

/** A host that has everything but PHP. */
function hostWithout(t: Lifetime, server: Partial<RedisServer>, tools: 'usual' | 'busybox' | 'neither' = 'usual') {
  const path = workspace(t);
  const where = join(path, 'tools');
  if (tools !== 'busybox') makeTools(where, { without: tools === 'neither' ? ['php', 'redis-cli'] : ['php'] });
  else makeBusyboxTools(where, ['redis-cli']);
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
    ask(what: 'purge' | 'count' | 'status', word: string) {
      const text = `set -eu\ncd '${path}'\n${String(askCaches(aHost('web1'), settings, { do: what, ...about }))}`;
      const env = { PATH: where, WORD: word };
      const shell = tools === 'busybox' ? ['busybox', 'sh'] : ['sh'];
      const ended = spawnSync(join(where, shell[0] ?? 'sh'), [...shell.slice(1), '-c', text], {
        encoding: 'utf8',
        env,
      });
      return { code: ended.status, said: ended.stdout + ended.stderr };
    },
  };
}
