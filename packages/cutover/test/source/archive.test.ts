import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { packTar, type TarHeader } from 'modern-tar';
import { treeOfArchive } from '../../src/source/archive-tree.ts';
import { lookAtArtifact } from '../../src/source/artifact.ts';
import { treeOfDirectory } from '../../src/source/artifact-tree.ts';
import type { ArtifactTree, NoTree } from '../../src/source/tree-making.ts';
import { anyItems, makeDirectory } from '../kit/directories.ts';
import { answered, git, noSignal, repository, workspace, write } from './kit.ts';

/** How tar is asked for each of the formats and compressions, in turn. */
const ways = [
  ['--format=gnu', 'tar'],
  ['--format=pax', 'tar'],
  ['--format=ustar', 'tar.gz'],
  ['--format=v7', 'tar.zst'],
] as const;

async function read(path: string): Promise<{ readonly digest: string; readonly made: ArtifactTree | NoTree }> {
  const artifact = answered(await lookAtArtifact(path));
  assert.ok(artifact.kind === 'archive');
  return answered(await treeOfArchive(artifact, noSignal));
}

async function treeIn(path: string): Promise<Told> {
  const { made } = await read(path);
  assert.ok('tree' in made, JSON.stringify(made));
  return toldOf(made);
}

type Told = readonly [tree: string, remainder: readonly string[]];

/** In no order. */
function toldOf({ tree, remainder: { directories, modes, hasAttributes } }: ArtifactTree): Told {
  const each = modes.map(({ path, mode }) => `${path} ${mode.toString(8)}`);
  return [tree, [...directories, ...each, `${hasAttributes}`].sort()];
}

async function treeBeside(path: string): Promise<Told> {
  const made = answered(await treeOfDirectory(path, [], noSignal));
  assert.ok('tree' in made, JSON.stringify(made));
  return toldOf(made);
}

describe('the tree of an archive', () => {
  it('is that of the directory that it was made of, whatever tar wrote it and however it is compressed', async (t) => {
    const home = workspace(t);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyItems, async (items) => {
        count += 1;
        const [format, ending] = ways[count % ways.length] ?? ways[0];
        const [directory, archive] = [join(home, 'dist'), join(home, `app-${count}.${ending}`)];
        makeDirectory(directory, items);
        execFileSync('tar', [format, '-caf', archive, '-C', directory, '.']);
        assert.deepEqual(await treeIn(archive), await treeBeside(directory));
      }),
      { numRuns: 40 },
    );
  });

  it('knows long names and links, hard links, and directories that no entry stands for', async (t) => {
    const home = workspace(t);
    const directory = join(home, 'dist');
    const deep = 'long-name/'.repeat(20);
    write(directory, { [`${deep}größe.txt`]: 'deep', 'a.txt': 'x'.repeat(200_000), 'bin/run': '#!' });
    chmodSync(join(directory, 'bin/run'), 0o700);
    linkSync(join(directory, 'a.txt'), join(directory, 'same.txt'));
    symlinkSync(`/${deep}`, join(directory, 'bin/link'));
    const wanted = await treeBeside(directory);
    for (const [i, format] of ['--format=gnu', '--format=pax'].entries()) {
      const files = ['a.txt', `${deep}größe.txt`, 'bin/run', 'bin/link', 'same.txt'];
      const archive = join(home, `app-${i}.tgz`);
      execFileSync('tar', [format, '-czf', archive, '-C', directory, ...files]);
      assert.deepEqual(await treeIn(archive), wanted, format);
    }
  });

  it('is that of the commit in what git itself archives', async (t) => {
    const home = workspace(t);
    const app = repository(join(home, 'app'), { 'index.html': 'one', 'bin/run': '2' });
    git(app, ['archive', '--format=tar', '-o', join(home, 'app.tar'), 'HEAD']);
    assert.deepEqual(await treeIn(join(home, 'app.tar')), [git(app, ['rev-parse', 'HEAD^{tree}']).trim(), ['false']]);
  });

  it('has of two entries of one name the later one, as tar has', async (t) => {
    const archive = join(workspace(t), 'app.tar');
    await pack(archive, [
      file('a', '1'),
      directoryOf('d/', 0o700),
      file('d/a', '1'),
      file('a', '2'),
      directoryOf('d/'),
    ]);
    const only = join(workspace(t), 'dist');
    write(only, { a: '2', 'd/a': '1' });
    assert.deepEqual(await treeIn(archive), await treeBeside(only));
  });
});

const odd: readonly (readonly [what: string, reason: RegExp, entries: readonly Entry[]])[] = [
  ['an absolute name', /^it holds "\/etc\/passwd"$/, [file('/etc/passwd', 'x')]],
  ['a name that leads out', /^it holds "a\/\.\.\/\.\.\/b"$/, [file('a/../../b', 'x')]],
  ['a file below a link', /^"a\/b" in it lies where something else is$/, [symlink('a', '/etc'), file('a/b', 'x')]],
  ['a file in the place of a directory', /^"a" in it lies where/, [file('a/b', 'x'), file('a', 'x')]],
  ['a link to a file that is not there', /^"b" in it is a link to a file that does not/, [hard('b', 'a')]],
  ['a link to a file outside', /^"b" is neither a file/, [hard('b', '../../etc/passwd')]],
  ['a pipe', /^"p" is neither a file, a directory nor a link$/, [{ header: { name: 'p', type: 'fifo', size: 0 } }]],
  ['what git refuses', /^git takes no file that is called "\.git\/"$/, [file('.git/config', 'x')]],
  ['nothing', /^it holds nothing$/, []],
];

describe('an archive that holds', () => {
  for (const [what, reason, entries] of odd)
    it(`${what} has no tree, and its digest all the same`, async (t) => {
      const archive = join(workspace(t), 'app.tar');
      await pack(archive, [file('before', '1'), ...entries].slice(entries.length > 0 ? 0 : 1));
      const { made, digest } = await read(archive);
      assert.match('unfit' in made ? made.unfit : 'fit', reason);
      assert.equal(digest, digestOf(archive));
    });

  it('a file with holes, or breaks off, or is damaged, has no tree: tar is to decide what that is', async (t) => {
    const home = workspace(t);
    write(home, { 'dist/holes': '' });
    truncateSync(join(home, 'dist/holes'), 4_000_000);
    for (const format of ['gnu', 'pax']) {
      execFileSync('tar', [
        '-S',
        `--format=${format}`,
        '-cf',
        join(home, `${format}.tar`),
        '-C',
        join(home, 'dist'),
        '.',
      ]);
      assert.match(
        await unfit(join(home, `${format}.tar`)),
        /^what stands in it is not understood$|^".*holes" is neither/,
      );
    }
    const whole = join(home, 'whole.tar');
    await pack(whole, [file('a', 'x'.repeat(2000)), file('b', 'y')]);
    const bytes = readFileSync(whole);
    for (const [name, changed, reason] of [
      ['short', bytes.subarray(0, 1500), /^it breaks off$/],
      ['without-end', bytes.subarray(0, 512 + 2048), /^it breaks off$/],
      ['damaged', Buffer.concat([Buffer.from('X'), bytes.subarray(1)]), /^what stands in it is not understood$/],
      ['goes-on', Buffer.concat([Buffer.alloc(512), bytes]), /^it goes on behind an empty block$/],
    ] as const) {
      writeFileSync(join(home, `${name}.tar`), changed);
      assert.match(await unfit(join(home, `${name}.tar`)), reason, name);
    }
  });
});

async function unfit(archive: string): Promise<string> {
  const { made } = await read(archive);
  return 'unfit' in made ? made.unfit : 'fit';
}

interface Entry {
  readonly header: TarHeader;
  readonly body?: string;
}

function file(name: string, body: string): Entry {
  return { header: { name, size: body.length, type: 'file' }, body };
}

function directoryOf(name: string, mode = 0o755): Entry {
  return { header: { name, size: 0, type: 'directory', mode } };
}

function symlink(name: string, linkname: string): Entry {
  return { header: { name, linkname, size: 0, type: 'symlink' } };
}

function hard(name: string, linkname: string): Entry {
  return { header: { name, linkname, size: 0, type: 'link' } };
}

async function pack(path: string, entries: readonly Entry[]): Promise<void> {
  writeFileSync(path, await packTar(entries));
}

function digestOf(path: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
