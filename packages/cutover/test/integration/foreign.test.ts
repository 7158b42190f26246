import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { deployed, freshForEach } from '../kit/pages.ts';
import { ended, succeeded } from '../kit/shop.ts';
import { makeTools, pathOf } from '../kit/tools.ts';
import { workspace } from '../source/kit.ts';

describe('what is not ours', () => {
  const opened = freshForEach();

  it('in releases/ is never removed, never gone to and never counted as a release', async () => {
    const site = opened();
    const at = (name: string): string => join(site.path('web1'), 'releases', name);
    mkdirSync(at('.'), { recursive: true });
    for (const name of ['20260101120000', 'backup', 'my old\nshop', '.hidden']) {
      mkdirSync(at(name));
      writeFileSync(join(at(name), 'kept'), '');
    }
    for (const name of ['README.txt', '20260101120001', '-rf']) writeFileSync(at(name), '');
    symlinkSync('nowhere', at('latest'));
    symlinkSync('backup', at('20260101120002'));
    execFileSync('mkfifo', [at('pipe')]);
    const foreign = readdirSync(at('.'));

    const ours: string[] = [];
    for (const text of ['one', 'two', 'three']) ours.push(await deployed(site, text));
    site.configure({ hooks: { build: ['exit 1'] } });
    ended(await site.cutover('deploy'), 1);
    succeeded(await site.cutover('prune', '--yes', '--set', 'keep=1'));
    for (const name of ['20260101120000', '20260101120002']) ended(await site.cutover('rollback', name), 3);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), ours[1]);
    ended(await site.cutover('rollback'), 3);

    const left = readdirSync(at('.'));
    assert.deepEqual(left.sort(), [...foreign, ...ours.slice(1)].sort());
    assert.ok(lstatSync(at('pipe')).isFIFO());
    for (const name of ['20260101120000', 'backup', 'my old\nshop', '.hidden'])
      assert.ok(existsSync(join(at(name), 'kept')), name);
    const shown = await site.cutover('releases', '--json');
    const { groups } = JSON.parse(shown.out) as { groups: { rows: { name: string; state: string | null }[] }[] };
    const releases = groups.flatMap(({ rows }) => rows.filter(({ state }) => state !== null));
    assert.deepEqual(
      releases.map(({ name }) => name).filter((name) => foreign.includes(name)),
      [],
    );
  });
});

describe('a clock that is set', () => {
  const tools = workspace({ after: () => {} });
  const aheadFile = join(tools, 'ahead');
  const opened = freshForEach({
    sshd: { rc: pathOf(makeTools(join(tools, 'bin'), { instead: { date: dateAhead(aheadFile) } })) },
  });

  /** By so many seconds the host's clock is ahead of this machine's. */
  const hostIsAhead = (seconds: number): void => writeFileSync(aheadFile, String(seconds));

  it('back or forward between deployments, here or on the host, changes neither the order of releases nor what a rollback goes back to', async (t) => {
    const site = opened();
    hostIsAhead(86_400);
    setClock(t, 7200);
    const one = await deployed(site, 'one');
    assert.ok(Date.parse(site.record('web1', one).states.at(-1)?.at ?? '') > now() + 80_000_000);
    hostIsAhead(0);
    setClock(t, -86_400);
    const two = await deployed(site, 'two');
    hostIsAhead(-86_400);
    setClock(t, 0);
    const three = await deployed(site, 'three');
    assert.deepEqual([one, two, three], [...new Set([one, two, three])].sort());
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), two);
    const four = await deployed(site, 'four', { keep: 1 });
    assert.deepEqual(site.releases('web1'), [one, two, four], 'the one before the one in service stays');
  });
});

describe('a release that a person put back in service by hand', () => {
  const tools = workspace({ after: () => {} });
  const aheadFile = join(tools, 'ahead');
  const opened = freshForEach({
    sshd: { rc: pathOf(makeTools(join(tools, 'bin'), { instead: { date: dateAhead(aheadFile) } })) },
  });

  it('is what the next rollback goes back to, whatever the clock of the host shows', async () => {
    const site = opened();
    writeFileSync(aheadFile, '0');
    const one = await deployed(site, 'one');
    await deployed(site, 'two');
    symlinkSync(join('releases', one), join(site.path('web1'), 'by-hand'));
    renameSync(join(site.path('web1'), 'by-hand'), join(site.path('web1'), 'current'));
    writeFileSync(aheadFile, '-86400');
    const three = await deployed(site, 'three');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), one);
    await deployed(site, 'four');
    await deployed(site, 'five');
    assert.notEqual(site.serves('web1'), three);
    succeeded(await site.cutover('rollback'));
    assert.equal(site.read('web1', 'index.html'), 'four\n');
  });
});

/** Text of `sh` that stands for `date` on a host whose clock is ahead by what the file says; times of files are left as they are. */
function dateAhead(file: string): string {
  return `case $1 in -r) exec /bin/date "$@" ;; esac
exec /bin/date -d "@$(($(/bin/date +%s) + $(cat '${file}')))" "$@"`;
}

const now = Date.now;

function setClock(t: TestContext, seconds: number): void {
  t.mock.method(Date, 'now', () => now() + seconds * 1000);
}
