import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type LaravelShop, laravelShop } from '../kit/laravel.ts';
import { ended, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';
import { commit, repository, write } from '../source/kit.ts';

/**
 * A site that behaves like Statamic where deployments meet it, with its content in a repository and an `.env` of each release; each
 * case goes on where the one before ended. What the recipe does for every Laravel application is left out.
 */
describe('a Statamic site', () => {
  const ends: (() => unknown)[] = [];
  let site: LaravelShop;
  let content: string;
  let first: string;
  let second: string;

  before(async () => {
    site = await laravelShop({ after: (end) => void ends.push(end) }, 'statamic');
    content = repository(join(site.directory, 'content'), { 'content/home.md': 'home one\n' });
    configure({});
    site.env({ APP_NAME: 'First' });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  const configure = (more: Readonly<Record<string, unknown>>) =>
    site.configure({
      tasks: { migrate: false, 'route-cache': false, 'event-cache': false },
      content: { repository: content, paths: ['content'] },
      overlay: { lines: { STACHE_PATH: '{{ release }}/cache/stache' } },
      ...more,
    });
  /** What a visitor gets of these pages. */
  const visit = (...slugs: readonly string[]) =>
    site.php(join(site.path('web1'), 'current/'), ['please', 'page', ...slugs]).split('\n');
  /** What one would get of a release that is not in service. */
  const visitIn = (release: string, slug: string, env = {}) =>
    site.php(site.release(release), ['please', 'page', slug], env);
  const fileOf = (release: string, slug: string) => join(site.release(release), `content/${slug}.md`);

  it('is deployed with a Stache, locks, search, compiled views and .env of each release, and everything else shared', async () => {
    succeeded(await site.cutover('deploy'));
    first = site.serves('web1') ?? '';
    assert.deepEqual(visit('home'), [`home one from ${fileOf(first, 'home')}`]);
    for (const own of [
      'cache/stache',
      'storage/statamic/stache-locks',
      'storage/statamic/search',
      'bootstrap/cache/views',
    ])
      assert.ok(readdirSync(join(site.release(), own)).length > 0, own);
    for (const shared of [
      'content-repository/.git',
      'users/ann.yaml',
      'storage/forms',
      'storage/statamic/revisions',
      'storage/framework/sessions',
    ])
      assert.ok(existsSync(join(site.path('web1'), shared)), shared);
    const noted = readFileSync(join(site.path('web1'), `.cutover/releases/${first}.caches`), 'utf8');
    assert.deepEqual(JSON.parse(noted).caches, [
      { kind: 'file', name: 'stache', path: join(site.release(), 'cache/stache') },
    ]);
    assert.ok(lstatSync(join(site.release(), '.env')).isFile());
    const lines = [`CUTOVER_RELEASE=${site.release()}`, `CUTOVER_TIME=${first}`, `CUTOVER_PREFIX=shop:${first}:`];
    for (const line of ['APP_NAME=First', ...lines])
      assert.ok(site.read('web1', '.env').split('\n').includes(line), line);
  });

  it('gets what changed in its environment and content by a new release, and serves without an error, a wait or a loss meanwhile', async () => {
    site.ask(first, ['put', 'basket', 'full'], ['view']);
    const views = readdirSync(join(site.release(), 'bootstrap/cache/views'));
    const warmed = join(site.directory, 'warmed');
    site.env({ APP_NAME: 'Second', WARMING_UNTIL: warmed });
    write(content, { 'content/tour.md': 'tour' });
    commit(content, 'A tour');
    // A hook that installs takes the place of the task, and is shielded as that is.
    configure({ hooks: { build: ['sh bin/composer install'] } });
    const deploying = site.start('deploy', '--same');
    await deploying.said('warm the Stache');
    await until('the new release warms', () => existsSync(`${warmed}.begun`), deploying);
    second = site.releases('web1').at(-1) ?? '';
    assert.deepEqual(visit('home'), [`home one from ${fileOf(first, 'home')}`]);
    assert.match(visitIn(second, 'home'), /^503/, 'a lock that both had would be no danger');
    writeFileSync(warmed, '');
    succeeded(await deploying.ended);
    assert.equal(site.serves('web1'), second);
    assert.equal(site.record('web1', second).revision.id, site.record('web1', first).revision.id);
    const pages = visit('home', 'tour');
    assert.deepEqual(pages, [`home one from ${fileOf(second, 'home')}`, `tour from ${fileOf(second, 'tour')}`]);
    const answers = site.ask(second, ['get', 'basket'], ['view'], ['config', 'app.name']);
    assert.deepEqual(answers, ['full', `<p>${site.release(second)}</p>`, 'Second'], 'the build emptied the cache');
    assert.match(readFileSync(join(site.release(first), '.env'), 'utf8'), /^APP_NAME=First$/m);
    assert.deepEqual(
      readdirSync(join(site.release(first), 'bootstrap/cache/views')),
      views,
      "the live release's views are gone",
    );
  });

  it('would serve paths of the old release if the Stache were shared, and is kept from it by the audit', async () => {
    const shared = { APP_CONFIG_CACHE: '/nowhere', STACHE_STORE: 'file' };
    site.php(site.release(first), ['please', 'stache:warm'], shared);
    const served = visitIn(second, 'home', shared);
    assert.equal(served, `home one from ${fileOf(first, 'home')}`, 'a shared Stache would be no danger');
    site.env({ STACHE_STORE: 'file' });
    const undone = await site.cutover('deploy', '--same');
    ended(undone, 1);
    assert.match(
      undone.out,
      /stache-shared: The Stache is in the store “file”, driver “file”, in .*storage\/framework\/cache\/data/,
    );
    assert.match(undone.out, /\+ +'path' => base_path\('cache\/stache'\),/);
    assert.equal(site.serves('web1'), second);
    assert.deepEqual(visit('home'), [`home one from ${fileOf(second, 'home')}`]);
    site.env({});
  });

  it('goes back to a release whose Stache knows what was saved meanwhile, here and elsewhere', async () => {
    write(site.path('web1'), { 'content-repository/content/news.md': 'news' });
    write(content, { 'content/team.md': 'team' });
    commit(content, 'A team');
    assert.match(visitIn(first, 'news'), /^404/, 'the old Stache knows of it by itself');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    const slugs = ['news', 'tour', 'team'];
    const wanted = slugs.map((slug) => `${slug} from ${fileOf(first, slug)}`);
    assert.deepEqual(visit(...slugs), wanted);
  });

  it('is neither left nor removed while it holds edits that are nowhere else', async () => {
    write(site.release(second), { 'resources/forms/contact.yaml': 'title: Contact\n' });
    write(site.release(first), { 'resources/blueprints/page.yaml': 'title: Page\n' });
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out, new RegExp(`${second} holds files that were edited in it.*\\n.*contact\\.yaml`));
    assert.match(undone.out, /edited in the release in service, and are nowhere else:\n.*blueprints\/page\.yaml/);
    assert.equal(site.serves('web1'), first);
    assert.deepEqual(site.releases('web1'), [first, second]);
  });

  it('tells what its caches and its content come to, and skips its own commits', async () => {
    const audited = await site.cutover('cache', 'audit', '--json');
    succeeded(audited);
    assert.deepEqual(
      JSON.parse(audited.out).answers.map(({ findings }: { findings: { name: string }[] }) =>
        findings.map(({ name }) => name),
      ),
      [['content-in-release']],
    );
    const checked = await site.cutover('check', '--json');
    const rows = JSON.parse(checked.out).findings as { name: string; level: string; sentence: string }[];
    assert.deepEqual(
      rows.filter(({ name }) => name === 'caches').map(({ level, sentence }) => `${level} ${sentence.slice(0, 39)}`),
      ['warning content-in-release: resources/blueprint'],
    );
    assert.match((await site.cutover('status')).out, /content on main: 1 edit not committed, 0 commits not pushed/);
    site.change({ 'content/home.md': 'home two\n' }, 'Entry saved [BOT]');
    const skipped = await site.cutover('deploy');
    succeeded(skipped);
    assert.match(skipped.out, /^Skipped: .*Entry saved \[BOT\]/);
    assert.equal(site.serves('web1'), first);
  });
});
