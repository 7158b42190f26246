import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Finding } from '../../src/report/findings/finding.ts';
import { ended, type Shop, shopForAll, succeeded } from '../kit/shop.ts';
import type { SshdOptions } from '../kit/sshd.ts';
import { makeBusyboxTools, pathOf } from '../kit/tools.ts';
import { until } from '../kit/until.ts';

describe('hosts of different kinds in one stage', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-tools-'));
  after(() => rmSync(directory, { recursive: true }));
  const small = makeBusyboxTools(join(directory, 'busybox'), ['git']);
  const kinds: Readonly<Record<string, SshdOptions>> = {
    dash: { shell: ['/bin/dash'] },
    bash: { shell: ['/bin/bash'] },
    ...(small === null ? {} : { busybox: { shell: [join(small, 'sh')], rc: pathOf(small) } }),
    'slow-and-talkative': { rc: 'echo "Welcome to $(hostname)"; echo "a warning" >&2; sleep 0.5' },
    'behind-a-bastion': {},
  };
  const names = Object.keys(kinds);
  const opened = shopForAll({
    hosts: names,
    name: `ho sts' "x"`,
    sshd: (host) => kinds[host] ?? {},
    entry: (host) => (host === 'behind-a-bastion' ? { jump: 'bash' } : {}),
  });

  it(`(${names.join(', ')}) are deployed to at once, rolled back, and put back when one fails`, async () => {
    const site = opened();
    site.configure({
      shared: { directories: ['storage', { from: 'public/uploads', to: 'files/up loads' }] },
      writable: { paths: ['storage', 'cache'] },
      hooks: { build: ['echo "$CUTOVER_HOST" > built.txt'], 'after activate': ['test -e built.txt'] },
      checks: [{ command: 'grep -q "$CUTOVER_HOST" built.txt', within: '1s' }],
    });
    succeeded(await site.cutover('deploy'));
    const first = site.serves('dash');
    site.change({ 'index.html': 'two\n', 'public/build/app.2.js': '2\n' });
    succeeded(await site.cutover('deploy'));
    for (const host of names) {
      assert.equal(site.read(host, 'index.html'), 'two\n', host);
      assert.equal(site.read(host, 'built.txt'), `${host}\n`);
      assert.equal(site.read(host, 'public/build/app.1.js'), '1\n');
    }
    const second = site.serves('dash');

    site.change({ 'index.html': 'three\n' });
    site.configure({ checks: [{ command: 'test "$CUTOVER_HOST" != behind-a-bastion', within: '1s' }] });
    ended(await site.cutover('deploy'), 1);
    assert.deepEqual(everywhere(site, names), [second]);

    site.configure({});
    succeeded(await site.cutover('rollback'));
    assert.deepEqual(everywhere(site, names), [first]);
    for (const host of names) assert.equal(site.isLocked(host), false, host);
  });

  it('are examined: a login shell that prints what nobody reads is named, and no more once it is mended', async () => {
    const site = opened();
    const noisy = 'slow-and-talkative';
    const told = async (): Promise<readonly Finding[]> => {
      const { out } = await site.cutover('check', '--json', '--host', noisy);
      const { findings } = JSON.parse(out) as { readonly findings: readonly Finding[] };
      return findings.filter(({ name, level }) => name === 'login-shell' || level === 'problem');
    };
    site.configure({ secrets: { WORD: 'Welcome' } });
    const [finding, ...others] = await told();
    assert.deepEqual([finding?.host, finding?.level, others], [noisy, 'warning', []]);
    assert.match(finding?.sentence ?? '', /first “\*\*\* to /);
    const rc = join(site.sshd(noisy).directory, 'login-shell');
    writeFileSync(rc, readFileSync(rc, 'utf8').replace(/echo "Welcome.*?;/, 'case $- in *i*) echo Welcome ;; esac;'));
    assert.deepEqual(await told(), []);
  });
});

describe('four hosts', () => {
  const names = ['web1', 'web2', 'web3', 'web4'];
  const opened = shopForAll({
    hosts: [...names, 'balancer'],
    host: (name) =>
      name === 'balancer'
        ? { receivesCode: false, roles: ['balancer'] }
        : { roles: name === 'web1' ? ['db'] : ['app'] },
  });
  const marks = (): string => join(opened().directory, 'marks');
  const marked = (): readonly string[] => (existsSync(marks()) ? readFileSync(marks(), 'utf8').trim().split('\n') : []);
  const mark = (what: string): string => `echo "${what} {{ host }}" >> '${marks()}'`;
  const untilMarked = (lines: number): string =>
    `until [ "$(grep -c . '${marks()}')" -ge ${lines} ]; do sleep 0.1; done`;

  it('go one after the other in the order of the config, each checked before the next begins', async () => {
    const site = opened();
    site.configure({
      batch: 1,
      hooks: { 'after activate': [{ run: mark('active'), hosts: ['web*'] }] },
      checks: [{ command: `echo "checked $CUTOVER_HOST" >> '${marks()}'`, hosts: ['web*'] }],
    });
    succeeded(await site.cutover('deploy'));
    assert.deepEqual(
      marked(),
      names.flatMap((host) => [`active ${host}`, `checked ${host}`]),
    );
  });

  it('wait for the slowest to build before any of them activates', async () => {
    const site = opened();
    const served = site.serves('web1');
    const go = join(site.directory, 'go');
    rmSync(marks(), { force: true });
    site.configure({
      hooks: {
        build: [
          mark('built'),
          { run: `until [ -e '${go}' ]; do sleep 0.1; done`, hosts: ['web4'] },
          { run: mark('late'), hosts: ['web4'] },
        ],
        'after activate': [mark('active')],
      },
    });
    const call = site.start('deploy');
    await until(
      'all but one have built',
      () => marked().filter((line) => line.startsWith('built web')).length === 4,
      call,
    );
    assert.deepEqual(everywhere(site, names), [served]);
    assert.ok(!marked().some((line) => line.startsWith('active')));
    writeFileSync(go, '');
    succeeded(await call.ended);
    const lines = marked();
    const firstActive = lines.findIndex((line) => line.startsWith('active'));
    assert.ok(lines.indexOf('late web4') < firstActive, lines.join(', '));
    assert.notDeepEqual(everywhere(site, names), [served]);
  });

  it('run a hook where its roles say, once where it says so, and on a host without code as well', async () => {
    const site = opened();
    rmSync(marks(), { force: true });
    site.configure({
      hooks: {
        'before prepare': [{ run: mark('early in $(basename "$PWD")'), hosts: ['web3'] }],
        build: [
          { run: mark('migrate'), roles: ['app'], once: true },
          { run: mark('below in $(basename "$PWD")'), hosts: ['web3'], directory: 'public' },
        ],
        'before activate': [{ run: mark('drain'), roles: ['balancer'] }],
        'after activate': [{ run: mark('work'), roles: ['app'] }],
        'after finish': [{ run: mark('done'), roles: ['balancer', 'db'] }],
      },
    });
    succeeded(await site.cutover('deploy'));
    assert.deepEqual(marked().slice(0, 4), [
      'early in web3 web3',
      'migrate web2',
      'below in public web3',
      'drain balancer',
    ]);
    const rest = ['done balancer', 'done web1', 'work web2', 'work web3', 'work web4'];
    assert.deepEqual(marked().slice(4).toSorted(), rest);
    assert.equal(existsSync(site.path('balancer')), false);
  });

  for (const [batch, touched] of [
    [1, ['web1']],
    ['50%', ['web1', 'web2']],
  ] as const)
    it(`of which ${batch} go together leave the rest untouched when the first batch fails its check`, async () => {
      const site = opened();
      const served = site.serves('web1');
      rmSync(marks(), { force: true });
      site.configure({
        batch,
        hooks: { 'after activate': [{ run: mark('active'), hosts: ['web*'] }] },
        checks: [{ command: `${untilMarked(touched.length)}; false`, hosts: ['web1'], within: '1s' }],
      });
      ended(await site.cutover('deploy'), 1);
      assert.deepEqual(
        marked().toSorted(),
        touched.map((host) => `active ${host}`),
      );
      assert.deepEqual(everywhere(site, names), [served]);
    });
});

describe('what a host shares between releases', () => {
  const opened = shopForAll({ hosts: ['envoyer', 'shared'] });

  for (const layout of ['envoyer', 'shared'] as const)
    it(`lies where the layout "${layout}" has it: nested paths, pairs and files that need not be there`, async () => {
      const site = opened();
      const home = join(site.path(layout), layout === 'shared' ? 'shared' : '');
      const toHome = layout === 'shared' ? '../../shared' : '../..';
      site.change({ 'public/media/first.jpg': 'shipped\n' });
      site.configure({
        layout,
        shared: {
          directories: ['storage', 'public/media', { from: 'public/uploads', to: 'storage/app/uploads' }],
          files: [
            { path: 'database/database.sqlite', required: false },
            { from: 'config/local.php', to: 'local.php', required: false },
          ],
        },
      });
      succeeded(await site.cutover('deploy', '--host', layout));
      writeFileSync(join(home, 'public/media/second.jpg'), 'uploaded\n');
      writeFileSync(join(home, 'storage/app/uploads/third.jpg'), 'uploaded\n');
      writeFileSync(join(home, 'local.php'), 'local\n');
      site.change({ 'public/media/first.jpg': 'shipped anew\n', 'config/local.php': 'shipped\n' });
      succeeded(await site.cutover('deploy', '--host', layout));
      const current = join(site.path(layout), 'current');
      assert.equal(readlinkSync(join(current, 'storage')), `${toHome}/storage`);
      assert.equal(readlinkSync(join(current, 'public/uploads')), `../${toHome}/storage/app/uploads`);
      assert.equal(site.read(layout, 'public/media/first.jpg'), 'shipped\n');
      assert.equal(site.read(layout, 'public/media/second.jpg'), 'uploaded\n');
      assert.equal(site.read(layout, 'public/uploads/third.jpg'), 'uploaded\n');
      assert.equal(site.read(layout, 'config/local.php'), 'local\n');
      assert.equal(existsSync(join(current, 'database/database.sqlite')), false);
    });
});

describe('a layout that the config changes after the first deployment', () => {
  const opened = shopForAll();

  it('is refused while what is shared lies elsewhere, says what moves it, and then takes it along', async () => {
    const site = opened();
    const upload = () => site.read('web1', 'storage/upload.txt');
    succeeded(await site.cutover('deploy'));
    const first = site.serves('web1');
    writeFileSync(join(site.path('web1'), 'storage/upload.txt'), 'uploaded\n');
    site.configure({ layout: 'shared' });
    for (const command of ['deploy', 'check']) {
      const { code, out, err } = await site.cutover(command);
      assert.equal(code, 3, out + err);
      assert.match(out + err, /storage lies where layout: 'envoyer' keeps shared paths/);
    }
    assert.deepEqual([site.serves('web1'), upload()], [first, 'uploaded\n']);
    const { err } = await site.cutover('deploy');
    execFileSync('sh', ['-ec', /: `(mkdir -p [^`]*)`/.exec(err)?.[1] ?? 'exit 1']);
    succeeded(await site.cutover('deploy'));
    assert.equal(upload(), 'uploaded\n');
    assert.equal(readlinkSync(join(site.path('web1'), 'current/storage')), '../../shared/storage');
    succeeded(await site.cutover('rollback'));
    assert.deepEqual([site.serves('web1'), upload()], [first, 'uploaded\n']);
  });
});

describe('what the web server may write', () => {
  const opened = shopForAll();
  const ways: readonly (readonly [string, Readonly<Record<string, string>>, (path: string) => void])[] = [
    ['mode', {}, (path) => assert.equal(statSync(path).mode & 0o070, 0o070)],
    [
      'group',
      { group: 'www-data' },
      (path) => {
        assert.equal(execFileSync('stat', ['-c', '%G', path], { encoding: 'utf8' }), 'www-data\n');
        assert.equal(statSync(path).mode & 0o2070, 0o2070);
      },
    ],
    [
      'acl',
      { user: 'www-data' },
      (path) => {
        const acl = execFileSync('getfacl', ['-p', '--omit-header', path], { encoding: 'utf8' });
        assert.match(acl, /^user:www-data:rwx$/m);
        assert.match(acl, /^default:user:www-data:rwx$/m);
      },
    ],
  ];

  for (const [way, who, isWritable] of ways)
    it(`is let by the way "${way}", and what lies in shared storage keeps its modes`, async (t) => {
      const why = reasonToSkip(way, opened());
      if (why !== null) return t.skip(why);
      const site = opened();
      site.change({ 'cache/a/b.txt': 'cached\n' });
      site.configure({
        shared: { directories: ['storage'] },
        writable: { paths: ['storage', 'storage/logs', 'cache'], way, ...who },
      });
      const upload = join(site.path('web1'), 'storage/upload.txt');
      if (!existsSync(upload)) {
        succeeded(await site.cutover('deploy'));
        writeFileSync(upload, 'private\n', { mode: 0o600 });
      }
      succeeded(await site.cutover('deploy'));
      for (const path of ['storage', 'current/cache', 'current/cache/a']) isWritable(join(site.path('web1'), path));
      assert.equal(statSync(upload).mode & 0o7777, 0o600);
    });
});

/** The releases that these hosts serve, each once. */
function everywhere(site: Shop, hosts: readonly string[]): readonly (string | null)[] {
  return [...new Set(hosts.map((host) => site.serves(host)))];
}

/** Changing a group takes root or membership, and not every file system has access control lists. */
function reasonToSkip(way: string, site: Shop): string | null {
  const tries: Readonly<Record<string, readonly [string, ...string[]]>> = {
    group: ['chgrp', 'www-data', site.directory],
    acl: ['setfacl', '-m', 'u:www-data:rwX', site.directory],
  };
  const [tool, ...args] = tries[way] ?? ['true'];
  try {
    execFileSync(tool, args, { stdio: 'ignore' });
    return null;
  } catch {
    return `${tool} cannot do it here`;
  }
}
