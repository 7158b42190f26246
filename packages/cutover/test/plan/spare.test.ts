import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { receive } from '../../src/plan/steps/receive.ts';
import { makeSpare } from '../../src/plan/steps/spare.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { isRunning } from '../kit/processes.ts';
import { anyFiles, type Files, makeTree } from '../kit/trees.ts';
import { until } from '../kit/until.ts';
import { git, snapshot } from '../source/kit.ts';

describe('a spare', () => {
  it('becomes exactly the next tree, whatever changes and whatever was done to it meanwhile', async (t) => {
    const round = fc.record({ before: anyFiles, after: anyFiles, meddling: fc.array(fc.constantFrom(...meddlers)) });
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 9, maxLength: 9 }), async (rounds) => {
        await Promise.all(rounds.map((one, i) => becomesExactly(t, one, shells[i % shells.length])));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });

  it('leaves out what export-ignore names, and is not used when the attributes change', async (t) => {
    const place = placeWithSpares(t);
    const ignoring: Files = {
      '.gitattributes': ['/tests export-ignore\ndocs/ export-ignore\n*.md export-ignore\n', '100644'],
      'tests/a': ['a', '100644'],
      'docs/deep/b': ['b', '100644'],
      'src/README.md': ['c', '100644'],
      'src/app': ['d', '100755'],
    };
    await leaveSpare(place, makeTree(place.path, ignoring));
    const next = makeTree(place.path, { ...ignoring, 'src/app': ['changed', '100755'], 'tests/b': ['b', '100644'] });
    assert.match(received(place, next), /Applied the change to the spare/);
    assert.deepEqual(Object.keys(snapshot(releaseOf(place))).sort(), ['.gitattributes', 'REVISION', 'src/app']);
    await leaveSpare(place, next);
    const other = makeTree(place.path, { ...ignoring, '.gitattributes': ['*.md export-ignore\n', '100644'] });
    assert.match(received(place, other), /The spare cannot be used/);
    assertExactly(place, other);
  });

  it('that is damaged, half done or of an unknown tree is discarded, and the release is right all the same', async (t) => {
    const files: Files = { a: ['1', '100644'], 'b/c': ['2', '100644'] };
    const damages: readonly ((place: Place, spare: string) => void)[] = [
      (place, spare) => rmSync(join(place.path, 'releases', `.spare-${spare}`), { recursive: true }),
      (place, spare) => writeFileSync(join(place.path, '.cutover/spares', spare, 'index'), 'no index'),
      (place, spare) => writeFileSync(join(place.path, '.cutover/spares', spare, 'tree'), `${'f'.repeat(40)}\n`),
      (place, spare) => rmSync(join(place.path, '.cutover/spares', spare, 'tree')),
      (place, spare) => rmSync(join(place.path, '.cutover/spares', spare), { recursive: true }),
    ];
    const tree = (place: Place) => makeTree(place.path, files);
    await Promise.all(
      damages.map(async (damage) => {
        const place = placeWithSpares(t);
        await leaveSpare(place, tree(place));
        damage(place, 'test-1');
        assert.doesNotMatch(received(place, tree(place)), /Applied/);
        assertExactly(place, tree(place));
        assert.deepEqual(spareNames(place), []);
      }),
    );
  });

  it('is given up when the disk gets full while it is made, and the next release is made without it', async (t) => {
    const mounted: string[] = [];
    // Before the place is put away, which cannot be done with something mounted in it.
    t.after(() => mounted.map((path) => spawnSync('umount', ['-l', path])));
    const place = placeWithSpares(t);
    const releases = join(place.path, 'releases');
    // Room there is enough, as far as that can be asked beforehand, but not for so many files.
    if (!mountSmall(releases, 60)) return t.skip('mounts need root');
    mounted.push(releases);
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, [`${i}`, '100644'] as const]));
    const tree = makeTree(place.path, files);
    begin(place, tree);
    await until('the builder gives up', () => spareNames(place).length === 0);
    execFileSync('mount', ['-o', 'remount,nr_inodes=1000', releases]);
    assert.doesNotMatch(received(place, tree), /spare/);
    assertExactly(place, tree);
  });

  it('is not made of a revision that is small, or too large', async (t) => {
    for (const spare of [
      { files: 2, megabytes: 10 },
      { files: 0, megabytes: 0 },
    ]) {
      const place = placeWithSpares(t, spare);
      begin(place, makeTree(place.path, { a: ['1', '100644'] }));
      await until('the builder gives up', () => spareNames(place).length === 0);
    }
  });
});

/** A file system for so many files; false where this user may not mount one. */
function mountSmall(path: string, files: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=20m,nr_inodes=${files}`, 'tmpfs', path]).status === 0;
}

interface Round {
  readonly before: Files;
  readonly after: Files;
  readonly meddling: readonly Meddler[];
}

async function becomesExactly(t: TestContext, round: Round, shell = shells[0]): Promise<void> {
  const place = placeWithSpares(t);
  await leaveSpare(place, makeTree(place.path, round.before));
  const spare = join(place.path, 'releases/.spare-test-1');
  for (const [i, meddle] of round.meddling.entries()) meddle(spare, i);
  const tree = makeTree(place.path, round.after);
  assert.match(received(place, tree, shell), /Applied the change to the spare/);
  assertExactly(place, tree);
}

type Meddler = (spare: string, turn: number) => void;

const meddlers: readonly Meddler[] = [
  // An edit that leaves size and times as they were.
  (spare, turn) =>
    onFile(spare, turn, (file) => {
      const { atime, mtime, size } = statSync(file);
      writeFileSync(file, 'z'.repeat(size));
      utimesSync(file, atime, mtime);
    }),
  (spare, turn) => onFile(spare, turn, (file) => chmodSync(file, 0o666)),
  (spare, turn) => onFile(spare, turn, (file) => rmSync(file)),
  (spare, turn) =>
    onFile(spare, turn, (file) => {
      rmSync(file);
      mkdirSync(join(file, 'inside'), { recursive: true });
    }),
  (spare, turn) => writeFileSync(join(spare, `new-${turn}`), 'x'),
  (spare, turn) => mkdirSync(join(spare, `empty-${turn}`, 'deep'), { recursive: true }),
  (spare) => makeRepository(spare),
  (spare, turn) => void execFileSync('mkfifo', [join(spare, `pipe-${turn}`)]),
  (spare, turn) => onDirectory(spare, turn, (directory) => chmodSync(directory, 0o777)),
  (spare, turn) => onDirectory(spare, turn, makeRepository),
  (spare, turn) =>
    onDirectory(spare, turn, (directory) => {
      rmSync(directory, { recursive: true });
      symlinkSync('/nowhere', directory);
    }),
  // All of it is still to be found by its path.
  (spare, turn) =>
    onDirectory(spare, turn, (directory) => {
      renameSync(directory, join(spare, `moved-${turn}`));
      symlinkSync(join(spare, `moved-${turn}`), directory);
    }),
  (spare, turn) => onDirectory(spare, turn, (directory) => mkdirSync(join(directory, `empty-${turn}`))),
  (spare, turn) =>
    onDirectory(spare, turn, (directory) => {
      rmSync(join(directory, '.git'), { recursive: true, force: true });
      writeFileSync(join(directory, '.git'), 'gitdir: /nowhere');
    }),
];

function makeRepository(directory: string): void {
  rmSync(join(directory, '.git'), { recursive: true, force: true });
  mkdirSync(join(directory, '.git/objects'), { recursive: true });
}

function onFile(spare: string, turn: number, act: (file: string) => void): void {
  const files = below(spare).filter((path) => lstatSync(path).isFile());
  const file = files[turn % Math.max(files.length, 1)];
  if (file !== undefined) act(file);
}

function onDirectory(spare: string, turn: number, act: (directory: string) => void): void {
  const directories = below(spare).filter((path) => lstatSync(path).isDirectory());
  const directory = directories[turn % Math.max(directories.length, 1)];
  if (directory !== undefined) act(directory);
}

function below(directory: string): readonly string[] {
  return everythingIn(directory)
    .filter((path) => !path.includes('/.git/') && !path.endsWith('/.git'))
    .sort();
}

/** A place with a repository, as a host has it. */
function placeWithSpares(t: TestContext, spare = { files: 0, megabytes: 100 }): Place {
  const place = placeFor(t, emptyHost(), { spare });
  git(place.path, ['init', '-q', '--bare', '.cutover/repo.git']);
  git(place.path, ['init', '-q']);
  writeFileSync(join(place.path, '.cutover/repo.git/objects/info/alternates'), `${join(place.path, '.git/objects')}\n`);
  return place;
}

function begin(place: Place, tree: string): void {
  execFileSync('git', ['--git-dir', '.cutover/repo.git', 'update-ref', `refs/cutover/releases/${placeRelease}`, tree], {
    cwd: place.path,
  });
  const step = makeSpare(place.job, place.site);
  assert.ok(step);
  const { status, said } = place.run(step.script);
  assert.equal(status, 0, said);
}

async function leaveSpare(place: Place, tree: string): Promise<void> {
  begin(place, tree);
  const own = join(place.path, '.cutover/spares/test-1');
  const builder = Number.parseInt(readFileSync(join(own, 'builder'), 'utf8'), 10);
  await until('the spare is ready', () => existsSync(join(own, 'tree')) && !isRunning(builder));
}

/** What the step that receives says; the objects are there already. */
function received(place: Place, tree: string, shell = shells[0]): string {
  rmSync(join(place.path, '.cutover/incoming/test-1/spare'), { recursive: true, force: true });
  rmSync(releaseOf(place), { recursive: true, force: true });
  mkdirSync(releaseOf(place));
  const { script } = receive(place.job, place.site, {
    kind: 'pack',
    tree,
    payload: null,
    all: { kind: 'git-pack', tree, have: [] },
    remainder: null,
  });
  const { status, said } = place.run(script, shell ? { shell } : {});
  assert.equal(status, 0, said);
  return said;
}

/** Files, modes, links and directories are those of the tree, and nothing else is there. */
function assertExactly(place: Place, tree: string): void {
  const fresh = join(place.directory, 'fresh');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  execFileSync('sh', ['-c', 'umask 022; git -c tar.umask=0022 archive "$0" | tar -xf - -C "$1"', tree, fresh], {
    cwd: place.path,
  });
  writeFileSync(join(fresh, 'REVISION'), readFileSync(join(releaseOf(place), 'REVISION')));
  assert.deepEqual(snapshot(releaseOf(place)), snapshot(fresh));
  assert.deepEqual(modes(releaseOf(place)), modes(fresh));
}

function modes(directory: string): readonly string[] {
  return everythingIn(directory)
    .map((path) => `${lstatSync(path).mode.toString(8)} ${relative(directory, path)}`)
    .sort();
}

/** A link may lead anywhere, and is not followed, as `readdirSync` would. */
function everythingIn(directory: string): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return lstatSync(path).isDirectory() ? [path, ...everythingIn(path)] : [path];
  });
}

function spareNames(place: Place): readonly string[] {
  const found = existsSync(join(place.path, '.cutover/spares')) ? readdirSync(join(place.path, '.cutover/spares')) : [];
  return [...found, ...readdirSync(join(place.path, 'releases')).filter((name) => name.startsWith('.spare-'))];
}

function releaseOf(place: Place): string {
  return join(place.path, 'releases', placeRelease);
}
