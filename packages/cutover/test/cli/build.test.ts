import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isRunning } from '../kit/processes.ts';
import { until } from '../kit/until.ts';
import { commit, git, workspace, write } from '../source/kit.ts';
import { ended, type Project, project } from './kit.ts';

describe('a build on this machine', () => {
  it('is done once in a clean checkout, and its result is what all hosts get', async (t) => {
    const { site, temporary } = building(t, {
      run: 'echo "$CUTOVER_NAME $CUTOVER_STAGE $CUTOVER_BRANCH $LEVEL" >> "$HOME/built"; ls > list; mkdir dist; mv list index.html dist; echo "$CUTOVER_SHA" > dist/sha; : > dist/x.map',
      path: 'dist',
      exclude: ['*.map'],
    });
    write(site.app, { 'not-committed': 'x' });
    const sha = git(site.app, ['rev-parse', 'HEAD']).trim();
    const before = git(site.app, ['status', '--porcelain']);
    const deployed = ended(await site.cutover('deploy'), 0);
    assert.match(deployed.err, new RegExp(`^Building ${sha.slice(0, 10)} on this machine`, 'm'));
    for (const host of ['one', 'two']) {
      assert.deepEqual(readdirSync(join(site.path(host), 'current/')).sort(), [
        'REVISION',
        'index.html',
        'list',
        'sha',
      ]);
      assert.equal(readIn(site, host, 'REVISION'), `${sha}\n`);
      assert.equal(readIn(site, host, 'sha'), `${sha}\n`);
      assert.doesNotMatch(readIn(site, host, 'list'), /not-committed/);
    }
    assert.equal(readFileSync(join(site.directory, 'built'), 'utf8'), 'shop production main high\n');
    assert.equal(git(site.app, ['status', '--porcelain']), before);
    assert.deepEqual(readdirSync(temporary), []);

    write(site.app, { 'index.html': 'second\n' });
    commit(site.app, 'Second');
    const planned = ended(await site.cutover('plan'), 0);
    assert.match(planned.out, /sends what of .*\/dist the host lacks, as objects of git/);
    ended(await site.cutover('deploy', '--ref', sha, '--host', 'one'), 0);
    assert.equal(readIn(site, 'one', 'index.html'), 'first\n');
    assert.match(
      ended(await site.cutover('deploy', '--same', '--host', 'one'), 3).err,
      /build it once more with --ref/,
    );
    assert.deepEqual(readdirSync(temporary), []);
  });

  const failures: readonly (readonly [string, object, RegExp])[] = [
    [
      'ends with an exit code',
      { run: 'echo tried; exit 7' },
      /tried\nThe build here ended with exit code 7\. .*\nNothing was changed\./,
    ],
    [
      'takes longer than it may',
      { run: 'sleep 100', limit: '1s' },
      /was stopped after 1 seconds, its limit\.\nNothing was changed/,
    ],
    [
      'does not make what is to be sent',
      { run: 'true', path: 'dist' },
      /dist is not there\. Build it first.*\nNothing was changed/,
    ],
  ];
  for (const [what, build, says] of failures)
    it(`that ${what} changes nothing`, async (t) => {
      const { site, temporary } = building(t, build);
      assert.match(ended(await site.cutover('deploy'), 3).err, says);
      assert.equal(existsSync(site.path('one')), false);
      assert.deepEqual(readdirSync(temporary), []);
    });

  it('of a repository with SHA-256 is sent as any other', async (t) => {
    const { site } = building(t, { run: 'cp index.html copy.html' });
    rmSync(join(site.app, '.git'), { recursive: true });
    git(site.app, ['init', '-q', '-b', 'main', '--object-format=sha256']);
    const sha = commit(site.app, 'First');
    ended(await site.cutover('deploy', '--host', 'one'), 0);
    assert.equal(readIn(site, 'one', 'REVISION'), `${sha}\n`);
    assert.equal(readIn(site, 'one', 'copy.html'), 'first\n');
  });

  it('is ended by Ctrl-C with all that it started', async (t) => {
    const { site, temporary } = building(t, { run: 'sleep 100 & echo $! > "$HOME/pid"; wait' });
    const called = site.cutover('deploy');
    const pid = (): number => Number.parseInt(readFileSync(join(site.directory, 'pid'), 'utf8'), 10);
    await until('the build runs', () => existsSync(join(site.directory, 'pid')) && pid() > 0);
    process.emit('SIGINT');
    assert.match(ended(await called, 130).err, /Nothing was changed/);
    await until('what it started has ended', () => !isRunning(pid()));
    assert.equal(existsSync(site.path('one')), false);
    assert.deepEqual(readdirSync(temporary), []);
  });
});

describe('a build on a host', () => {
  it('is done there, and what it makes arrives as it was: bytes, links, modes and empty directories', async (t) => {
    const run = `echo "in $PWD at $LEVEL, a secret: $(printf 's3cret-%s' value)"; mkdir -p made/empty
      printf '\\000\\377\\n' > made/bytes; ln -s bytes made/link; echo x > made/run; chmod 755 made/run; rm index.html`;
    const { site, temporary } = building(
      t,
      { run, path: 'made', on: 'builder' },
      { config: { secrets: { TOKEN: 's3cret-value' } } },
    );
    const { err } = ended(await site.cutover('deploy', '--host', 'one'), 0);
    assert.match(err, /^Building [0-9a-f]{10} on builder\.$/m);
    assert.match(err, new RegExp(`^in ${temporary}/cutover-build-\\w{8}/tree at high, a secret: \\*+$`, 'm'));
    const release = join(site.path('one'), 'current/');
    assert.deepEqual(readdirSync(release).sort(), ['REVISION', 'bytes', 'empty', 'link', 'run']);
    assert.deepEqual(readFileSync(join(release, 'bytes')), Buffer.from([0, 255, 10]));
    assert.equal(readlinkSync(join(release, 'link')), 'bytes');
    assert.equal(statSync(join(release, 'run')).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(temporary), []);
  });

  const failures: readonly (readonly [string, object, RegExp])[] = [
    ['ends with an exit code', { run: 'echo tried; exit 7' }, /tried\nThe build on builder ended with exit code 7\./],
    [
      'takes longer than it may',
      { run: 'sleep 100', limit: '1s' },
      /The build on builder was stopped after 1 seconds, its limit\./,
    ],
    [
      'does not make what is to be sent',
      { run: 'true', path: 'dist' },
      /The build made no directory dist\.\nThe build on builder ended with/,
    ],
  ];
  for (const [what, build, says] of failures)
    it(`that ${what} changes nothing, and leaves nothing there`, async (t) => {
      const { site, temporary } = building(t, { ...build, on: 'builder' });
      const { err } = ended(await site.cutover('deploy'), 3);
      assert.match(err, says);
      assert.match(err, /\nNothing was changed\.\n$/);
      assert.equal(existsSync(site.path('one')), false);
      assert.deepEqual(readdirSync(temporary), []);
    });

  it('that cannot be reached, or is none of the stage, is named', async (t) => {
    const away = { local: false, address: '127.0.0.1', port: 1 };
    const { site } = building(t, { run: 'true', on: 'builder' }, { builder: away });
    assert.match(ended(await site.cutover('deploy'), 3).err, /builder could not be reached: .*\nNothing was changed/s);
    const { site: other } = building(t, { run: 'true', on: 'bilder' });
    const { err } = ended(await other.cutover('deploy'), 2);
    assert.match(err, /source\.build\.on.*There is no host “bilder”\..*Did you mean “builder”\?/s);
  });

  it('is ended by Ctrl-C with all that it started', async (t) => {
    const file = join(workspace(t), 'pid');
    const { site, temporary } = building(t, { run: `sleep 100 & echo $! > '${file}'; wait`, on: 'builder' });
    const called = site.cutover('deploy');
    const pid = (): number => Number.parseInt(readFileSync(file, 'utf8'), 10);
    await until('the build runs', () => existsSync(file) && pid() > 0);
    process.emit('SIGINT');
    assert.match(ended(await called, 130).err, /Nothing was changed/);
    await until('what it started has ended', () => !isRunning(pid()));
    assert.deepEqual(readdirSync(temporary), []);
  });
});

/** Where temporary directories of this process lie, where that is said. */
const before = process.env['TMPDIR'];

/** A project that is built, with a temporary directory of its own; `builder` is a host that receives no code. */
function building(
  t: TestContext,
  build: object,
  { config = {}, builder = {} }: { readonly config?: object; readonly builder?: object } = {},
): { readonly site: Project; readonly temporary: string } {
  const hosts = { one: {}, two: {}, builder: { receivesCode: false, ...builder } };
  const site = project(t, { hosts, config: { source: { type: 'git', build }, env: { LEVEL: 'high' }, ...config } });
  const temporary = workspace(t);
  process.env['TMPDIR'] = temporary;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  return { site, temporary };
}

function readIn(site: Project, host: string, file: string): string {
  return readFileSync(join(site.path(host), 'current', file), 'utf8');
}
