import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Redis, startRedis } from '../kit/redis.ts';
import { ended, type Shop, shop, succeeded } from '../kit/shop.ts';
import { write } from '../source/kit.ts';

const app = readFileSync(join(import.meta.dirname, '../fixtures/node/app.js'), 'utf8');
// What a host runs is found in its own PATH, and that one may know another Node.
const node = `'${process.execPath}' app.js`;

/** An application that is not PHP, and knows of its release by the `.env` that is written for it; each case goes on where the one before ended. */
describe('a Node application with caches of its own', () => {
  const ends: (() => unknown)[] = [];
  const t = { after: (end: () => unknown) => void ends.push(end) };
  let site: Shop;
  let redis: Redis;
  let first: string;
  let second: string;

  before(async () => {
    site = await shop(t);
    redis = await startRedis(site.directory);
    t.after(() => redis.stop());
    write(site.path('web1'), { '.env': `REDIS_PORT=${redis.port}\n` });
    site.change({ 'app.js': app });
    configure('{{ release }}/cache/pages');
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const configure = (pages: string) =>
    site.configure({
      shared: { files: ['.env'] },
      assets: [],
      overlay: { lines: { PAGES: pages } },
      caches: {
        pages: { type: 'file', path: 'cache/pages', verify: `${node} pages-at`, warm: `${node} warm-pages` },
        data: {
          type: 'redis',
          connection: { urls: [`redis://127.0.0.1:${redis.port}`] },
          verify: `${node} data-at`,
          warm: `${node} warm-data`,
        },
      },
    });
  const release = (name: string) => join(site.path('web1'), 'releases', name);
  const has = (name: string) =>
    execFileSync(process.execPath, ['app.js', 'has'], { cwd: release(name), encoding: 'utf8' }).trim();
  const keys = () => redis.cli(['keys', '*']).trim().split('\n').sort();

  it('has them verified and warmed for each release', async () => {
    for (const word of ['one', 'two']) {
      site.change({ 'word.txt': word });
      succeeded(await site.cutover('deploy'));
    }
    second = site.serves('web1') ?? '';
    first = site.releases('web1')[0] ?? '';
    assert.deepEqual(keys(), [`shop:${first}:price`, `shop:${second}:price`]);
    for (const name of [first, second]) {
      assert.equal(has(name), 'home price');
      assert.equal(readFileSync(join(release(name), 'cache/pages/home'), 'utf8'), `home of ${release(name)}`);
    }
  });

  it('does not go live with a release that uses another place', async () => {
    configure(join(site.path('web1'), 'pages'));
    const undone = await site.cutover('deploy', '--same');
    ended(undone, 1);
    assert.match(
      undone.out,
      /The application uses ".*\/pages" for this cache, and not ".*\/releases\/\d{14}\/cache\/pages"/,
    );
    assert.equal(site.serves('web1'), second);
    configure('{{ release }}/cache/pages');
  });

  it('goes back to an old release whose caches are as new, and loses exactly the keys of one that is purged', async () => {
    write(release(first), { 'cache/pages/stale': '' });
    redis.cli(['del', `shop:${first}:price`]);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    assert.deepEqual(readdirSync(join(release(first), 'cache/pages')), ['home']);
    assert.equal(has(first), 'home price');
    succeeded(await site.cutover('cache', 'purge', second, '--yes'));
    assert.deepEqual(keys(), [`shop:${first}:price`]);
  });
});
