import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { replaceLinkFunction, swapCurrent } from '../../src/plan/steps/swap.ts';
import { lines, type Shell, sh } from '../../src/shell/text.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { readWhile } from '../kit/reader.ts';
import { ended, type Shop, shop, shopForAll, succeeded } from '../kit/shop.ts';
import { makeTools, mvOfBsd, mvThatIgnoresT, pathOf, type ToolChanges } from '../kit/tools.ts';
import { workspace } from '../source/kit.ts';

const fallbacks = ['perl', 'python3', 'php', 'node'] as const;

describe('a thousand activations while readers open the page without pause', () => {
  for (const [kind, shell] of [
    ['GNU', '/bin/sh'],
    ['busybox', '/usr/bin/busybox'],
  ] as const)
    it(`give no reader an error, with the tools of ${kind}`, async (t) => {
      if (!existsSync(shell)) return t.skip(`${shell} is not installed`);
      const site = deployPath(t);
      const tools = kind === 'GNU' ? null : busybox(site);
      const read = await reading(site, () => run(site, { script: swaps(1000), path: tools ?? '/usr/bin:/bin' }));
      assert.deepEqual(read.failures, {});
      assert.ok(read.opens > 1000, `only ${read.opens} reads`);
      assert.deepEqual(readdirSync(site).sort(), [
        'current',
        'hold',
        'releases',
        'stop',
        ...(tools === null ? [] : ['tools']),
      ]);
    });
});

describe('where mv cannot replace a link', () => {
  for (const tool of fallbacks)
    it(`${tool} does, by a rename`, async (t) => {
      const program = programOf(tool);
      if (program === null) return t.skip(`${tool} is not installed`);
      const site = deployPath(t);
      const tools = toolsWith(site, [program]);
      symlinkSync('releases/b', join(site, 'current.new'));
      const { ino } = lstatSync(join(site, 'current.new'));
      await run(site, { script: lines(replaceLinkFunction, sh`replace_link current.new current`), path: tools });
      assert.equal(readlinkSync(join(site, 'current')), 'releases/b');
      assert.equal(lstatSync(join(site, 'current')).ino, ino, 'the link is another one than was made');
      const read = await reading(site, () => run(site, { script: swaps(20), path: tools }));
      assert.deepEqual(read.failures, {});
      assert.deepEqual(readdirSync(join(site, 'releases/b')), ['index.html']);
    });

  it('and no other tool does, nothing is replaced and nothing is left behind', async (t) => {
    const site = deployPath(t);
    const tools = toolsWith(site, []);
    await assert.rejects(run(site, { script: swaps(1), path: tools }), { code: 78 });
    assert.equal(readlinkSync(join(site, 'current')), 'releases/a');
    assert.deepEqual(readdirSync(site).sort(), ['current', 'hold', 'releases', 'tools']);
    assert.deepEqual(readdirSync(join(site, 'releases/a')), ['index.html']);
  });

  it('and no other tool does, a deployment is refused when it verifies, before anything is activated', async (t) => {
    const site = await shopWith(t, { without: fallbacks, instead: { mv: mvOfBsd } });
    const refused = await site.cutover('deploy');
    ended(refused, 1);
    assert.match(refused.out, /No tool on this host can replace a link in one step: install GNU coreutils/);
    assertNothingActivated(site);
  });

  it('because .cutover was moved to another disk, a deployment is refused when it verifies, before anything is activated', async (t) => {
    const other = join(tmpdir(), `cutover-disk-${process.pid}`);
    if (!isMemoryMounted(t, other, 'size=16m')) return;
    t.after(() => rmdirSync(other));
    const site = await shop(t);
    mkdirSync(site.path('web1'));
    symlinkSync(other, join(site.path('web1'), '.cutover'));
    const refused = await site.cutover('deploy');
    ended(refused, 1);
    assert.match(refused.out, /\.cutover is on another file system than current/);
    assertNothingActivated(site);
  });

  it('although it says that it did, a deployment is refused when it verifies, before anything is activated', async (t) => {
    const site = await shopWith(t, { instead: { mv: mvThatIgnoresT } });
    const refused = await site.cutover('deploy');
    ended(refused, 1);
    assert.match(refused.out, /No tool on this host can replace a link in one step/);
    assertNothingActivated(site);
  });

  it('and perl does, deployments and rollbacks go on, and releases hold nothing but themselves', async (t) => {
    const site = await shopWith(t, { without: ['python3', 'php', 'node'], instead: { mv: mvOfBsd } });
    succeeded(await site.cutover('deploy'));
    const first = site.serves('web1');
    site.change({ 'index.html': 'two\n' });
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'index.html'), 'two\n');
    succeeded(await site.cutover('rollback'));
    assert.equal(site.serves('web1'), first);
    for (const release of site.releases('web1')) {
      const held = readdirSync(join(site.path('web1'), 'releases', release));
      assert.deepEqual(
        held.filter((name) => name.startsWith('current') || name.startsWith('link')),
        [],
      );
    }
    assert.deepEqual(readdirSync(site.path('web1')).sort(), ['.cutover', 'current', 'releases', 'storage']);
  });
});

describe('what is no link to a release', () => {
  const opened = shopForAll();

  it('is refused as current when it is a real directory, and it stays as it is', async () => {
    const site = opened();
    mkdirSync(join(site.path('web1'), 'current'), { recursive: true });
    writeFileSync(join(site.path('web1'), 'current/index.html'), 'by hand\n');
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /web1: current is a real file or directory\. Cutover replaces only a link to a release/);
    assert.deepEqual(readdirSync(site.path('web1')), ['current']);
    assert.equal(site.read('web1', 'index.html'), 'by hand\n');
  });

  it('is refused as current when it is a link that leads elsewhere', async () => {
    const site = opened();
    execFileSync('rm', ['-rf', site.path('web1')]);
    mkdirSync(site.path('web1'));
    symlinkSync('/usr', join(site.path('web1'), 'current'));
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /web1: current is a link to \/usr, which is no release below releases\//);
    assert.deepEqual(readdirSync(site.path('web1')), ['current']);
  });
});

/** A deploy path with two releases, the first in service. */
function deployPath(t: TestContext): string {
  const site = workspace(t);
  for (const release of ['a', 'b']) {
    mkdirSync(join(site, 'releases', release), { recursive: true });
    writeFileSync(join(site, 'releases', release, 'index.html'), `${release}\n`);
  }
  symlinkSync('releases/a', join(site, 'current'));
  return site;
}

function reading(site: string, act: () => Promise<unknown>) {
  return readWhile({ file: join(site, 'current/index.html'), stop: join(site, 'stop') }, act);
}

/** So many swaps, from one release to the other and back, in one shell. */
function swaps(count: number): Shell {
  return lines(
    replaceLinkFunction,
    sh`
      set -eu
      hold=hold
      mkdir -p hold
      left=${count}
      while [ "$left" -gt 0 ]; do`,
    swapCurrent('releases/b', 'one'),
    swapCurrent('releases/a', 'two'),
    sh`
      left=$((left - 2))
      done`,
  );
}

async function run(site: string, { script, path }: { script: Shell; path: string }): Promise<void> {
  const shell = existsSync(join(path, 'sh')) ? join(path, 'sh') : '/bin/sh';
  await promisify(execFile)(shell, ['-c', String(script)], { cwd: site, env: { PATH: path } });
}

function busybox(site: string): string {
  const tools = join(site, 'tools');
  mkdirSync(tools);
  for (const applet of ['sh', 'rm', 'ln', 'mv', 'mkdir', 'readlink'])
    symlinkSync('/usr/bin/busybox', join(tools, applet));
  return tools;
}

/** A PATH with these programs, what the script needs, and the mv of a BSD. */
function toolsWith(site: string, programs: readonly string[]): string {
  const tools = makeTools(join(site, 'tools'), { only: ['rm', 'ln', 'mkdir', 'readlink'], instead: { mv: mvOfBsd } });
  for (const program of programs) symlinkSync(program, join(tools, nameOf(program)));
  return tools;
}

function nameOf(program: string): string {
  return fallbacks.find((tool) => program.split('/').at(-1)?.startsWith(tool)) ?? program;
}

/** The program itself, not what stands before it in PATH to choose between versions. */
function programOf(tool: (typeof fallbacks)[number]): string | null {
  if (tool === 'node') return process.execPath;
  const places = ['/usr/bin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return places.map((place) => join(place, tool)).find((path) => existsSync(path)) ?? null;
}

/** A shop whose host has these tools. */
async function shopWith(t: TestContext, changes: ToolChanges): Promise<Shop> {
  const directory = workspace(t);
  return shop(t, { sshd: { rc: pathOf(makeTools(join(directory, 'tools'), changes)) } });
}

function assertNothingActivated(site: Shop): void {
  assert.equal(site.serves('web1'), null);
  assert.deepEqual(readdirSync(site.path('web1')).sort(), ['.cutover', 'releases', 'storage']);
  assert.deepEqual(readdirSync(join(site.path('web1'), 'releases')), []);
  assert.equal(site.isLocked('web1'), false);
}
