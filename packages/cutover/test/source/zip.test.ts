import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { treeOfArchive } from '../../src/source/archive-tree.ts';
import { type Archive, lookAtArtifact } from '../../src/source/artifact.ts';
import { writeArtifact } from '../../src/source/artifact-tar.ts';
import { treeOfDirectory } from '../../src/source/artifact-tree.ts';
import { spoolFile, writeTo } from '../../src/source/spool.ts';
import type { ArtifactTree, NoTree } from '../../src/source/tree-making.ts';
import { anyItems, makeDirectory, told } from '../kit/directories.ts';
import { answered, git, noSignal, repository, workspace, write } from './kit.ts';
import { type Made, zipOf } from './zip-making.ts';

const pythons = `
import os, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)
for directory, below, files in os.walk("."):
    for name in below + files:
        path = os.path.relpath(os.path.join(directory, name))
        if os.path.islink(path):
            link = zipfile.ZipInfo(path)
            link.create_system = 3
            link.external_attr = 0o120777 << 16
            archive.writestr(link, os.readlink(path))
        else:
            archive.write(path)
archive.close()
`;

/** Who packs the directory in which it is called: as usual, with the large fields throughout, as a stream whose sizes come behind, and Python. */
const packers: readonly (readonly [name: string, runs: number, ...command: [string, ...string[]]])[] = [
  ['zip', 6, 'zip', '-qry', '../app.zip', '.'],
  ['zip, with zip64', 6, 'zip', '-qry', '-fz', '../app.zip', '.'],
  ['zip, not compressing', 6, 'zip', '-qry0', '../app.zip', '.'],
  ['Python', 3, 'python3', '-c', pythons, '../app.zip'],
  ['Python, into a pipe', 3, 'sh', '-c', 'python3 -c "$0" /dev/stdout | cat >../app.zip', pythons],
];

const env = { ...process.env, LC_ALL: 'C.UTF-8', PYTHONUTF8: '1' };

async function archiveAt(path: string): Promise<Archive> {
  const artifact = answered(await lookAtArtifact(path));
  assert.ok(artifact.kind === 'archive');
  return artifact;
}

async function read(path: string): Promise<{ readonly digest: string; readonly made: ArtifactTree }> {
  const { digest, made } = answered(await treeOfArchive(await archiveAt(path), noSignal));
  assert.ok('tree' in made, JSON.stringify(made));
  return { digest, made };
}

async function beside(path: string): Promise<ArtifactTree> {
  const made = answered(await treeOfDirectory(path, [], noSignal));
  assert.ok('tree' in made, JSON.stringify(made));
  return made;
}

function comparable({ tree, remainder: { directories, modes, hasAttributes } }: ArtifactTree): unknown {
  return [tree, [...directories].sort(), modes.map(({ path, mode }) => `${path} ${mode}`).sort(), hasAttributes];
}

/** The program zip takes `-` for its standard input. */
function isForZip(items: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(items).every((path) => !path.split('/').includes('-'));
}

describe('the tree of a zip archive', () => {
  for (const [name, numRuns, command, ...args] of packers)
    it(`is that of the directory that was packed by ${name}`, async (t) => {
      const home = workspace(t);
      const [dist, zip] = [join(home, 'dist'), join(home, 'app.zip')];
      await fc.assert(
        fc.asyncProperty(anyItems.filter(isForZip), async (items) => {
          makeDirectory(dist, {
            ...items,
            'a file': { kind: 'file', content: 'zip -fz is wrong without one', mode: 0o644 },
          });
          rmSync(zip, { force: true });
          execFileSync(command, args, { cwd: dist, env });
          assert.deepEqual(comparable((await read(zip)).made), comparable(await beside(dist)));
        }),
        { numRuns },
      );
    });

  it('is that of the commit in what git itself archives', async (t) => {
    const home = workspace(t);
    const app = repository(join(home, 'app'), { 'index.html': 'one', 'bin/größe': '2' });
    git(app, ['archive', '--format=zip', '-o', join(home, 'app.zip'), 'HEAD']);
    const { made } = await read(join(home, 'app.zip'));
    assert.equal(made.tree, git(app, ['rev-parse', 'HEAD^{tree}']).trim());
  });

  it('and its digest are the same whoever packed it and in whatever order', async (t) => {
    const home = workspace(t);
    const [one, two] = [join(home, 'one.zip'), join(home, 'two.zip')];
    writeFileSync(
      one,
      zipOf([
        { name: 'a', content: '1' },
        { name: 'b', method: 0 },
      ]),
    );
    writeFileSync(two, zipOf([{ name: 'b' }, { name: './a', content: '1' }], 'packed anew'));
    assert.deepEqual(await read(one), await read(two));
  });

  it('takes names for UTF-8 that are, and modes of Unix alone', async (t) => {
    const home = workspace(t);
    const zip = join(home, 'app.zip');
    writeFileSync(
      zip,
      zipOf([
        { name: 'größe', content: '1' },
        { name: 'bin/run', raw: 0o100755 },
        { name: 'dos', raw: 0o100755, system: 0 },
        { name: 'python', raw: 0 },
        { name: 'link', raw: 0o120777, content: 'größe' },
        { name: 'Case' },
        { name: 'case' },
        { name: 'back\\slash' },
      ]),
    );
    write(join(home, 'dist'), {
      größe: '1',
      'bin/run': 'x',
      dos: 'x',
      python: 'x',
      Case: 'x',
      case: 'x',
      'back\\slash': 'x',
    });
    execFileSync('sh', ['-c', 'chmod 755 bin/run && ln -s größe link'], { cwd: join(home, 'dist') });
    assert.deepEqual(comparable((await read(zip)).made), comparable(await beside(join(home, 'dist'))));
  });
});

describe('a zip archive that goes over whole', () => {
  it('is a tar archive that unpacks to the same', async (t) => {
    const home = workspace(t);
    write(home, { 'dist/bin/run': '#!', [`dist/${'long/'.repeat(30)}größe`]: 'x'.repeat(100_000) });
    execFileSync('sh', ['-c', 'chmod 755 bin/run; mkdir empty; ln -s bin/run link; zip -qry ../app.zip .'], {
      cwd: join(home, 'dist'),
      env,
    });
    const spool = await spoolFile();
    const wish = { path: join(home, 'app.zip'), exclude: [], compression: 'none', signal: noSignal } as const;
    const digest = answered(await writeArtifact(wish, writeTo(spool)));
    assert.equal(digest, (await read(wish.path)).digest);
    writeFileSync(join(home, 'app.tar'), await bytesOf(spool));
    execFileSync('sh', ['-c', 'mkdir out && tar -xpf app.tar -C out'], { cwd: home });
    assert.deepEqual(told(join(home, 'out')), told(join(home, 'dist')));
  });
});

async function bytesOf(spool: Awaited<ReturnType<typeof spoolFile>>): Promise<Buffer> {
  const { size } = await spool.stat();
  const { buffer } = await spool.read(Buffer.alloc(size), 0, size, 0);
  await spool.close();
  return buffer;
}

const refused: readonly (readonly [what: string, reason: RegExp, archive: readonly Made[] | Buffer])[] = [
  ['a name that leads out', /it holds "a\/\.\.\/\.\.\/b"/, [{ name: 'a/../../b' }]],
  ['an absolute name', /it holds "\/etc\/passwd"/, [{ name: '/etc/passwd' }]],
  ['a name without anything', /it holds ""/, [{ name: '' }]],
  ['a backslash from where it parts directories', /it holds "a\\\\b"/, [{ name: 'a\\b', system: 0 }]],
  ['a name that is not UTF-8', /the name ".*" in it is not UTF-8/, [{ name: Buffer.from([0x67, 0xf6]) }]],
  ['a name twice', /it holds "a" twice/, [{ name: 'a' }, { name: './a', content: '2' }]],
  ['a file below a link', /"a\/b" in it lies where/, [{ name: 'a/b' }, { name: 'a', raw: 0o120777, content: '/etc' }]],
  ['a file below a file', /"a\/b\/c" in it lies where/, [{ name: 'a/b/c' }, { name: 'a' }]],
  ['a device', /it holds "null"/, [{ name: 'null', raw: 0o020666 }]],
  ['a directory with content', /"a\/" in it is a directory with content/, [{ name: 'a/', raw: 0o040755 }]],
  ['an empty link', /"a" in it is a link to nothing that can be/, [{ name: 'a', raw: 0o120777, content: '' }]],
  [
    'a link that no system holds',
    /"a" in it is a link to nothing/,
    [{ name: 'a', raw: 0o120777, content: 'x'.repeat(4096) }],
  ],
  ['a link that is not UTF-8', /"a" in it is damaged/, [{ name: 'a', raw: 0o120777, content: Buffer.from([0xf6]) }]],
  ['what begins behind its end', /"a" in it is not where/, [{ name: 'a', said: { at: 4_000_000_000 } }]],
  ['what is encrypted', /"a" in it is encrypted/, [{ name: 'a', flags: 1 }]],
  [
    'what is packed in another way',
    /"a" in it is packed in a way that is not known \(12\)/,
    [{ name: 'a', method: 12 }],
  ],
  ['what has other bytes than its sum says', /"a" in it is damaged/, [{ name: 'a', said: { crc: 1 } }]],
  ['more than it says', /"a" in it is damaged/, [{ name: 'a', content: 'x'.repeat(1_000_000), said: { bytes: 10 } }]],
  ['less than it says', /"a" in it is damaged/, [{ name: 'a', said: { bytes: 10 } }]],
  ['a file of more than 256 MB', /"a" in it is larger than 256 MB/, [{ name: 'a', said: { bytes: 300_000_000 } }]],
  ['far more than its size', /it would become more than 200 times as large/, bomb()],
  ['another name than its directory', /"a" in it is not where its directory says/, [{ name: 'a', ownName: 'b' }]],
  [
    'two files in the same bytes',
    /"a" in it is not where/,
    [{ name: 'a' }, { name: 'a', said: { at: 0 } }].map(renamed),
  ],
  ['nothing of a zip archive', /it is no zip archive, or breaks off/, Buffer.from('PK')],
  [
    'a program before it',
    /its directory is not where it should be/,
    Buffer.concat([Buffer.from('MZ'), zipOf([{ name: 'a' }])]),
  ],
  ['half of itself', /it is no zip archive, or breaks off/, zipOf([{ name: 'a' }]).subarray(0, -1)],
  ['fewer entries than it says', /its directory is damaged/, withEntries(zipOf([{ name: 'a' }]), 2)],
];

describe('a zip archive that holds', () => {
  for (const [what, reason, archive] of refused)
    it(`${what} is refused`, async (t) => {
      const zip = join(workspace(t), 'app.zip');
      writeFileSync(zip, Buffer.isBuffer(archive) ? archive : zipOf(archive));
      const problem = await treeOfArchive(await archiveAt(zip), noSignal);
      assert.ok('problem' in problem, JSON.stringify(problem));
      assert.equal(problem.problem, 'artifact-format');
      assert.match(problem.message, reason);
      assert.match(problem.message, /unpack it yourself and name the directory/);
    });

  it('a password of the real zip is refused', async (t) => {
    const home = workspace(t);
    write(home, { 'dist/a': 'secret' });
    execFileSync('zip', ['-qr', '-P', 'word', '../app.zip', '.'], { cwd: join(home, 'dist') });
    const problem = await treeOfArchive(await archiveAt(join(home, 'app.zip')), noSignal);
    assert.match('problem' in problem ? problem.message : '', /"a" in it is encrypted/);
  });

  it('any damage is refused, or does not change what the files hold', async (t) => {
    const home = workspace(t);
    write(home, { 'dist/a': 'one'.repeat(50), 'dist/b/c': 'two' });
    execFileSync('zip', ['-qry', '../app.zip', '.'], { cwd: join(home, 'dist'), env });
    const whole = readFileSync(join(home, 'app.zip'));
    const sound = await read(join(home, 'app.zip'));
    let refusals = 0;
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x55, at);
      writeFileSync(join(home, 'damaged.zip'), damaged);
      const answer = await treeOfArchive(await archiveAt(join(home, 'damaged.zip')), noSignal);
      if ('problem' in answer) refusals += 1;
      else assert.deepEqual(contentsIn(answer.made), contentsIn(sound.made), `byte ${at}`);
    }
    assert.ok(refusals > 100, `${refusals}`);
  });
});

/** What its files and links hold, by their ids. */
function contentsIn(made: ArtifactTree | NoTree): readonly string[] {
  assert.ok('tree' in made, JSON.stringify(made));
  return [...made.objects].filter(([, { kind }]) => kind === 'entry').map(([id]) => id);
}

function renamed(made: Made, i: number): Made {
  return i === 0 ? made : { ...made, name: 'b', ownName: 'a' };
}

function bomb(): readonly Made[] {
  return Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, said: { bytes: 250_000_000 } }));
}

function withEntries(zip: Buffer, entries: number): Buffer {
  const changed = Buffer.from(zip);
  changed.writeUInt16LE(entries, zip.length - 12);
  return changed;
}
