import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type LaravelShop, laravelShop } from '../kit/laravel.ts';
import { ended, succeeded } from '../kit/shop.ts';

/** A site that behaves like Statamic where deployments meet it; each case goes on where the one before ended. */
describe('a Statamic site', () => {
  const ends: (() => unknown)[] = [];
  let site: LaravelShop;
  let first: string;
  let second: string;

  before(async () => {
    site = await laravelShop({ after: (end) => void ends.push(end) }, 'statamic');
    site.env({ WARMING_MS: '1500' });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const page = (slug: string, directory = join(site.path('web1'), 'current/')) =>
    site.php(directory, ['please', 'page', slug]);

  it('is deployed with a Stache, locks, search and compiled views of each release, and everything else shared', async () => {
    succeeded(await site.cutover('deploy'));
    first = site.serves('web1') ?? '';
    assert.equal(page('home'), `home one from ${site.release()}/content/home.md`);
    for (const own of [
      'cache/stache',
      'storage/statamic/stache-locks',
      'storage/statamic/search',
      'bootstrap/cache/views',
    ])
      assert.ok(readdirSync(join(site.release(), own)).length > 0, own);
    for (const shared of [
      'content',
      'users',
      'storage/forms',
      'storage/statamic/revisions',
      'storage/framework/sessions',
    ])
      assert.ok(existsSync(join(site.path('web1'), shared)), shared);
    const noted = readFileSync(join(site.path('web1'), `.cutover/releases/${first}.caches`), 'utf8');
    assert.deepEqual(JSON.parse(noted).caches, [
      { kind: 'file', name: 'stache', path: join(site.release(), 'cache/stache') },
    ]);
  });

  it('is served without an error and without waiting while the next release is built and warmed, and loses nothing to its build', async () => {
    site.php(site.release(), ['artisan', 'ask', 'put', 'basket', 'full']);
    site.php(site.release(), ['artisan', 'ask', 'view']);
    const views = readdirSync(join(site.release(), 'bootstrap/cache/views'));
    site.change({ 'resources/views/home.blade.php': '<b>{{ base_path() }}</b>\n' });
    // A hook that installs takes the place of the task, and is shielded as that is.
    site.configure({ hooks: { build: ['sh bin/composer install'] } });
    const deploying = site.start('deploy');
    let over = false;
    void deploying.ended.then(() => (over = true));
    const seen = new Set<string>();
    while (!over) {
      seen.add(page('home'));
      await new Promise((next) => setTimeout(next, 50));
    }
    succeeded(await deploying.ended);
    second = site.serves('web1') ?? '';
    seen.add(page('home'));
    assert.deepEqual(
      [...seen].sort(),
      [first, second].map((name) => `home one from ${site.release(name)}/content/home.md`),
    );
    assert.equal(
      site.php(site.release(), ['artisan', 'ask', 'get', 'basket']),
      'full',
      'the build emptied the shared cache',
    );
    assert.deepEqual(
      readdirSync(join(site.release(first), 'bootstrap/cache/views')),
      views,
      "the live release's views are gone",
    );
    assert.equal(site.php(site.release(), ['artisan', 'ask', 'view']), `<b>${site.release()}</b>`);
  });

  it('would serve paths of the old release if the Stache were shared, and is kept from it by the audit', async () => {
    const shared = { APP_CONFIG_CACHE: '/nowhere', STACHE_STORE: 'file' };
    site.php(site.release(first), ['please', 'stache:warm'], shared);
    const served = site.php(site.release(second), ['please', 'page', 'home'], shared);
    assert.equal(served, `home one from ${site.release(first)}/content/home.md`, 'a shared Stache would be no danger');
    site.env({ STACHE_STORE: 'file' });
    const undone = await site.cutover('deploy', '--same');
    ended(undone, 1);
    assert.match(
      undone.out,
      /stache-shared: The Stache is in the store “file”, driver “file”, in .*storage\/framework\/cache\/data/,
    );
    assert.match(undone.out, /\+ +'path' => base_path\('cache\/stache'\),/);
    assert.equal(site.serves('web1'), second);
    assert.equal(page('home'), `home one from ${site.release()}/content/home.md`);
    site.env({});
  });

  it('goes back to a release whose Stache knows what was saved meanwhile', async () => {
    writeFileSync(join(site.path('web1'), 'content/news.md'), 'news');
    assert.match(page('news', site.release(first)), /^404/, 'the old Stache knows of it by itself');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    assert.equal(page('news'), `news from ${site.release(first)}/content/news.md`);
  });

  it('is not left while files were edited in the release in service, until that is accepted', async () => {
    const blueprints = join(site.release(), 'resources/blueprints');
    mkdirSync(blueprints, { recursive: true });
    writeFileSync(join(blueprints, 'page.yaml'), 'title: Page\n');
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(
      undone.out,
      /edited in the release in service, and are nowhere else:\n.*resources\/blueprints\/page\.yaml/,
    );
    assert.equal(site.serves('web1'), first);
  });

  it('tells what its caches come to, and skips its own commits', async () => {
    const audited = await site.cutover('cache', 'audit', '--json');
    succeeded(audited);
    assert.deepEqual(
      JSON.parse(audited.out).answers.map(({ findings }: { findings: { name: string }[] }) =>
        findings.map(({ name }) => name),
      ),
      [['content-in-release']],
    );
    site.change({ 'content/home.md': 'home two\n' }, 'Entry saved [BOT]');
    const skipped = await site.cutover('deploy');
    succeeded(skipped);
    assert.match(skipped.out, /^Skipped: .*Entry saved \[BOT\]/);
    assert.equal(site.serves('web1'), first);
  });
});
