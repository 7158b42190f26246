import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Settings, SharedPath } from '../../src/model/settings.ts';
import type { Step } from '../../src/plan/plan.ts';
import { refreshCaches, warmCaches } from '../../src/plan/steps/caches.ts';
import { drift, markContent } from '../../src/plan/steps/content.ts';
import { markLive, refuseEdits } from '../../src/plan/steps/edits.ts';
import { link } from '../../src/plan/steps/link.ts';
import { writeOverlay } from '../../src/plan/steps/overlay.ts';
import { prune } from '../../src/plan/steps/prune.ts';
import { purge } from '../../src/plan/steps/purge.ts';
import { restart, stragglers } from '../../src/plan/steps/restart.ts';
import { skeleton } from '../../src/plan/steps/skeleton.ts';
import { recipes } from '../../src/recipes/index.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';

const inRelease = (file: string) => join('releases', placeRelease, file);
const env: SharedPath = { type: 'file', from: '.env', to: '.env', required: true };
const [old] = ['20260304100000'];

const statamic: Partial<Settings> = { routine: recipes.statamic.routine, shared: recipes.statamic.shared };

const past = new Date('2026-01-01T00:00:00Z');
const future = new Date('2100-01-01T00:00:00Z');

/** The release went live long ago, and has left service since. */
function wasLive(place: Place, release: string): void {
  const [mark, record] = [`.cutover/releases/${release}.live`, `.cutover/releases/${release}.json`];
  place.write({ [mark]: '', [record]: '{}' });
  for (const file of [mark, record]) utimesSync(join(place.path, file), past, past);
}

/** The scripts of these steps, one after the other. */
function run(place: Place, shell: readonly [string, ...string[]], steps: readonly (Step | null)[]) {
  const scripts = steps.map((step) => `(\n${step?.script}\n) || exit $?`);
  return place.run(scripts.join('\n'), { shell });
}

function succeeds({ status, said }: ReturnType<Place['run']>): string {
  assert.equal(status, 0, said);
  return said;
}

for (const shell of shells)
  describe(`a release in the hands of ${shell.join(' ')}`, () => {
    it('has its own part of storage and links to the rest, what nobody knows of too', (t) => {
      const place = placeFor(t, emptyHost(), statamic);
      place.write({
        '.env': 'A=1\n',
        'storage/debugbar/x': 'x',
        'storage/statamic/addons/y': 'y',
        'storage/statamic/search/old.json': '{}',
        [inRelease('public/index.php')]: '',
      });
      succeeds(run(place, shell, [link(place.job, place.site), skeleton(place.job, place.site)]));
      const linked = (path: string) => readlinkSync(join(place.path, inRelease(path)));
      assert.equal(linked('storage/debugbar'), '../../../storage/debugbar');
      assert.equal(linked('storage/statamic/addons'), '../../../../storage/statamic/addons');
      assert.equal(linked('public/storage'), '../storage/app/public');
      assert.ok(existsSync(join(place.path, inRelease('storage/framework/sessions'))));
      assert.equal(existsSync(join(place.path, inRelease('storage/statamic/search'))), false, 'search is its own');
    });

    it('is refused when it ships bootstrap/cache as a link', (t) => {
      const place = placeFor(t, emptyHost(), { routine: recipes.laravel.routine, shared: [] });
      mkdirSync(join(place.path, inRelease('bootstrap')), { recursive: true });
      symlinkSync('/tmp', join(place.path, inRelease('bootstrap/cache')));
      const { status, said } = run(place, shell, [skeleton(place.job, place.site)]);
      assert.equal(status, 78);
      assert.match(said, /bootstrap\/cache/);
    });

    it('gets an .env of its own, with lines that are true of it', (t) => {
      const overlay = { file: '.env', lines: { PAGES: '{{ release }}/pages', QUOTED: 'a "b" $c' } };
      const place = placeFor(t, emptyHost(), { shared: [env], overlay });
      place.write({ '.env': 'SECRET=x' });
      succeeds(run(place, shell, [link(place.job, place.site), writeOverlay(place.job, place.site)]));
      const directory = join(place.path, 'releases', placeRelease);
      const text = readFileSync(join(directory, '.env'), 'utf8');
      assert.equal(
        text,
        `SECRET=x\n# Lines of this release, written by its deployment.\nCUTOVER_RELEASE="${directory}"\nCUTOVER_TIME=${placeRelease}\nCUTOVER_PREFIX=shop:${placeRelease}:\nPAGES="${directory}/pages"\nQUOTED="a \\"b\\" \\$c"\n`,
      );
      assert.equal(readFileSync(join(place.path, '.env'), 'utf8'), 'SECRET=x');
    });

    it('is not put over edits that are nowhere else, and over all others it is', (t) => {
      const place = placeFor(t, usedHost(), statamic);
      wasLive(place, old);
      place.write({ [`releases/${old}/content/kept.md`]: '', [`releases/${old}/index.php`]: '' });
      utimesSync(join(place.path, `releases/${old}/content/kept.md`), past, past);
      succeeds(run(place, shell, [refuseEdits(place.job, place.site, 'first')]));
      place.write({ [`releases/${old}/content/new.md`]: '' });
      const { status, said } = run(place, shell, [refuseEdits(place.job, place.site, 'last')]);
      assert.equal(status, 78);
      assert.match(said, /nowhere else:\ncontent\/new\.md\n/);
    });

    it('is not put over edits whose time is an old one: the clock was set back, or the time was kept', (t) => {
      const place = placeFor(t, usedHost(), statamic);
      const edit = `releases/${old}/content/edited.md`;
      place.write({ [edit]: 'as it was', [`releases/${old}/content/kept.md`]: '' });
      const before = { ...place.job, release: old };
      succeeds(run(place, shell, [markLive(before, place.site)]));
      succeeds(run(place, shell, [refuseEdits(place.job, place.site, 'first')]));
      place.write({ [edit]: 'another text', [`releases/${old}/content/new.md`]: '' });
      for (const file of [edit, `releases/${old}/content/new.md`]) utimesSync(join(place.path, file), past, past);
      const { status, said } = run(place, shell, [refuseEdits(place.job, place.site, 'last')]);
      assert.equal(status, 78, said);
      assert.match(said, /nowhere else:\ncontent\/(new|edited)\.md\ncontent\/(new|edited)\.md\n/);
    });

    describe('of which some was listed when it went live', () => {
      const listed = (t: Parameters<typeof placeFor>[0], files: Readonly<Record<string, string>>) => {
        const place = placeFor(t, usedHost(), statamic);
        place.write(Object.fromEntries(Object.entries(files).map(([file, text]) => [`releases/${old}/${file}`, text])));
        succeeds(run(place, shell, [markLive({ ...place.job, release: old }, place.site)]));
        return place;
      };

      it('has no edits below another path that may be edited now, but those that are newer', (t) => {
        const place = listed(t, { 'content/a.md': '', 'more/b.md': '', 'more/c.md': '' });
        const { settings } = place.job.wish;
        const routine = { ...settings.routine, content: [...settings.routine.content, 'more'] };
        const job = { ...place.job, wish: { ...place.job.wish, settings: { ...settings, routine } } };
        for (const file of ['b', 'c']) utimesSync(join(place.path, `releases/${old}/more/${file}.md`), past, past);
        succeeds(run(place, shell, [refuseEdits(job, place.site, 'first')]));
        utimesSync(join(place.path, `releases/${old}/more/c.md`), future, future);
        const { status, said } = run(place, shell, [refuseEdits(job, place.site, 'first')]);
        assert.equal(status, 78, said);
        assert.match(said, /nowhere else:\nmore\/c\.md\nCommit/);
      });

      // The find of busybox has a stat of its own, whatever PATH says.
      for (const tool of shell[0] === 'busybox' ? ['awk', 'find'] : ['awk', 'find', 'stat'])
        it(`is neither left nor removed where ${tool} fails, for it may have been edited`, (t) => {
          const place = listed(t, { 'content/a.md': '' });
          const failing = `echo '${tool} is broken' >&2`;
          place.write({ [`bin/${tool}`]: `#!/bin/sh\n${failing}\nexit 1\n` });
          chmodSync(join(place.path, `bin/${tool}`), 0o755);
          const first = `${tool}() { ${failing}; return 1; }`;
          const env = { PATH: `${join(place.path, 'bin')}:${process.env['PATH']}` };
          const steps = [
            refuseEdits(place.job, place.site, 'first'),
            prune(place.job.wish, place.site, { releases: [old], removal: 'now' }),
          ];
          const [left, removed] = steps.map((step) => place.run(String(step?.script), { shell, env, first }));
          assert.equal(left?.status, 78, left?.said);
          assert.match(left?.said ?? '', /^Whether files were edited .* could not be found out.*content-edits/);
          assert.match(left?.said ?? '', /is broken/);
          assert.match(removed?.said ?? '', new RegExp(`${old} may hold files that were edited in it`));
          assert.ok(existsSync(join(place.path, `releases/${old}/content/a.md`)));
        });

      it('names the first of thousands of edits, and nothing breaks for it', (t) => {
        const place = listed(t, { 'content/a.md': '' });
        const many = Array.from({ length: 4000 }, (_, at) => [
          `releases/${old}/content/${'long'.repeat(20)}-${at}.md`,
          '',
        ]);
        place.write(Object.fromEntries(many));
        const { status, said } = run(place, shell, [refuseEdits(place.job, place.site, 'first')]);
        assert.equal(status, 78, said);
        assert.match(said, /^These files were edited .*:\n(content\/.*\n){20}Commit them .*\n$/);
      });
    });

    it('is listed as it goes live for the first time, never when it comes back', (t) => {
      const place = placeFor(t, emptyHost(), statamic);
      place.write({ [`.cutover/releases/${placeRelease}.json`]: '{"states":[{"state":"live","at":""}]}' });
      succeeds(run(place, shell, [markLive(place.job, place.site)]));
      assert.ok(!existsSync(join(place.path, `.cutover/releases/${placeRelease}.live`)));
    });

    it('went live when it did so first, however often it comes back', (t) => {
      const place = placeFor(t, emptyHost(), statamic);
      const mark = join(place.path, `.cutover/releases/${placeRelease}.live`);
      succeeds(run(place, shell, [markLive(place.job, place.site)]));
      utimesSync(mark, past, past);
      succeeds(run(place, shell, [markLive(place.job, place.site)]));
      assert.equal(statSync(mark).mtimeMs, past.getTime());
    });

    it('is kept with its caches while it holds such edits; what was never live has none', (t) => {
      const place = placeFor(t, usedHost(), { ...statamic, isolation: 'store', php: './php' });
      const [edited, half] = ['20260301100000', '20260302100000'];
      place.write({ php: '#!/bin/sh\ncat > /dev/null; echo "purges$CUTOVER_RELEASES"\n' });
      chmodSync(join(place.path, 'php'), 0o755);
      wasLive(place, edited);
      place.write({ [`.cutover/releases/${half}.json`]: '{"states":[{"state":"building","at":""}]}' });
      for (const release of [edited, half]) place.write({ [`releases/${release}/content/new.md`]: '' });
      const leaving = (wish = place.job.wish) => [
        purge(wish, place.site, [edited, half]),
        prune(wish, place.site, { releases: [edited, half], removal: 'now' }),
      ];
      const { status, said } = run(place, shell, leaving());
      assert.equal(status, 78, said);
      assert.match(said, new RegExp(`^purges ${half}\n`));
      assert.match(said, new RegExp(`^${edited} holds files .*\nreleases/${edited}/content/new\\.md\n`, 'm'));
      assert.deepEqual(readdirSync(join(place.path, 'releases')).sort(), [edited, placeRelease]);
      const accept = { 'content-edits': 'They are drafts.' };
      const accepted = { ...place.job.wish, settings: { ...place.job.wish.settings, accept } };
      assert.match(succeeds(run(place, shell, leaving(accepted))), new RegExp(`^purges ${edited} ${half}\n`));
      assert.deepEqual(readdirSync(join(place.path, 'releases')), [placeRelease]);
    });

    it('is warmed again when its content has changed since, and not when it has not', (t) => {
      const warm = { ...recipes.statamic.routine.tasks[0], name: 'warm', title: 'warm', point: 'warm' as const };
      const routine: Settings['routine'] = {
        ...recipes.statamic.routine,
        tasks: [{ ...warm, run: 'echo x >> warmed', needs: null, doneBy: null, limitMs: null, reuses: null }],
      };
      const place = placeFor(t, emptyHost(), { routine });
      place.write({ [inRelease('content/a.md')]: 'a' });
      utimesSync(join(place.path, inRelease('content/a.md')), past, past);
      const [mark, look] = [markContent(place.job, place.site), drift(place.job, place.site)];
      const warmed = () => existsSync(join(place.path, inRelease('warmed')));
      succeeds(run(place, shell, [mark, look]));
      assert.equal(warmed(), false);
      place.write({ [inRelease('content/a.md')]: 'b' });
      succeeds(run(place, shell, [look]));
      assert.equal(warmed(), true);
    });

    it('has caches that are proven to be its own, filled, and emptied before it goes live again', (t) => {
      const cache = {
        kind: 'file' as const,
        name: 'pages',
        path: 'cache/pages',
        refresh: null,
        verify: 'echo "$PWD/cache/pages"',
      };
      const place = placeFor(t, emptyHost(), { caches: [{ ...cache, warm: 'echo 1 >> cache/pages/x' }] });
      succeeds(run(place, shell, warmCaches(place.job, place.site)));
      place.write({ [inRelease('cache/pages/old')]: '' });
      succeeds(run(place, shell, refreshCaches(place.job, place.site)));
      assert.equal(existsSync(join(place.path, inRelease('cache/pages/old'))), false);
      assert.equal(readFileSync(join(place.path, inRelease('cache/pages/x')), 'utf8'), '1\n');

      const elsewhere = placeFor(t, emptyHost(), { caches: [{ ...cache, warm: null }] });
      symlinkSync('/tmp', join(elsewhere.path, inRelease('cache')));
      assert.equal(run(elsewhere, shell, warmCaches(elsewhere.job, elsewhere.site)).status, 78);

      const redis = { connection: { kind: 'application' as const, name: 'cache' }, prefix: '{{ name }}:{{ time }}:' };
      const other = { ...cache, kind: 'redis' as const, ...redis, warm: null, verify: 'echo shop_cache:' };
      const lying = placeFor(t, emptyHost(), { caches: [other] });
      const { status, said } = run(lying, shell, warmCaches(lying.job, lying.site));
      assert.equal(status, 78);
      assert.match(said, /uses "shop_cache:" for this cache, and not "shop:20260322120000:"/);
    });

    it('is told to workers in every release, and one that cannot be told is named', (t) => {
      const place = placeFor(t, emptyHost(), { routine: recipes.laravel.routine, php: 'sh' });
      const artisan =
        'case $1 in list) echo "queue:restart Restart"; echo "pulse:restart x" ;; *) pwd -P >> ../../told; echo "$1" >> ../../told ;; esac';
      place.write({
        'releases/20260101000000/artisan': artisan,
        [inRelease('artisan')]: artisan,
        'releases/20260102000000/artisan':
          'case $1 in list) echo "queue:restart x" ;; *) echo "it is broken"; exit 3 ;; esac',
        'releases/20260103000000/index.html': '',
      });
      const { status, said } = run(place, shell, [restart(place.job, place.site)]);
      assert.equal(status, 1);
      assert.match(said, /In releases\/20260102000000\/:\nit is broken/);
      const told = readFileSync(join(place.path, 'told'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(':'));
      assert.deepEqual(told, ['queue:restart', 'pulse:restart', 'queue:restart', 'pulse:restart']);
    });
  });

it('processes that still run a release that was left are named', (t) => {
  const place = placeFor(t, emptyHost(), { routine: recipes.laravel.routine });
  mkdirSync(join(place.path, 'releases/20260101000000'));
  succeeds(run(place, ['dash'], [stragglers(place.job, place.site)]));
  const script = `(cd releases/20260101000000 && exec sleep 60) & pid=$!\nuntil grep -q sleep /proc/$pid/comm; do :; done\n(\n${stragglers(place.job, place.site)?.script}\n) || code=$?\nkill $pid\nexit \${code:-0}`;
  const { status, said } = place.run(`cd '${place.path.replaceAll("'", "'\\''")}'\n${script}`);
  assert.equal(status, 1, said);
  assert.match(said, /\d+ in 20260101000000: sleep 60/);
});
