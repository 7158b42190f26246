import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Compression } from '../../src/model/payload.ts';
import { archiveDigest } from '../../src/source/artifact-revision.ts';
import { openPayloads } from '../../src/source/payloads.ts';
import { answered, noSignal, problemOf, resolveRevision, snapshot, workspace, write } from './kit.ts';

const options = { signal: noSignal, limitMs: 1000 };
const unzip = { none: 'cat', gzip: 'gzip -dc', zstd: 'zstd -dcq' };

function resolve(path: string, exclude: readonly string[] = []) {
  return resolveRevision({ kind: 'artifact', path, exclude }, options);
}

interface Sending {
  readonly path: string;
  readonly digest: string;
  readonly compression: Compression;
  readonly exclude: readonly string[];
}

/** Sends an artifact into a directory, as a host unpacks it; answers the digest of what arrived. */
async function sent({ path, digest, compression, exclude }: Sending, into: string): Promise<string> {
  const payloads = openPayloads({ repository: null, exclude, signal: noSignal });
  const payload = answered(await payloads.make({ kind: 'artifact', path, digest, compression }));
  const bytes = await buffer(payload.read());
  await payloads.dispose();
  mkdirSync(into, { recursive: true });
  const tar = execFileSync('sh', ['-c', unzip[compression]], { input: bytes, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-xf', '-', '-C', into], { input: tar });
  return `sha256:${createHash('sha256').update(tar).digest('hex')}`;
}

function build(path: string): void {
  write(path, {
    'index.html': '<h1>',
    'assets/a b.css': 'a{}',
    'assets/it\'s "q"\n.js': '1',
    'assets/back\\slash.js': '2',
    '-rf': 'dash',
    [`deep/${'long-name/'.repeat(20)}größe.txt`]: 'deep',
    'assets/app.js.map': 'map',
    'node_modules/x/index.js': 'x',
    '.git/config': 'git',
    'packages/y/.git': 'gitdir: elsewhere',
    'empty.txt': '',
    'bin/run': '#!/bin/sh\n',
    'big.bin': 'b'.repeat(3_000_000),
  });
  mkdirSync(join(path, 'storage/empty'), { recursive: true });
  chmodSync(join(path, 'bin/run'), 0o755);
  symlinkSync('../index.html', join(path, 'bin/link'));
  linkSync(join(path, 'index.html'), join(path, 'same.html'));
}

const exclude = ['*.map', '/node_modules/', '!keep'];

describe('artifacts', () => {
  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    it(`arrive as they are without what is excluded and without .git, compression ${compression}`, async (t) => {
      const home = workspace(t);
      const path = join(home, 'dist');
      build(path);
      const { revision, tree } = answered(await resolve(path, exclude));
      assert.deepEqual([revision.ref, revision.branch], [path, null]);
      assert.match(revision.id, /^sha256:[0-9a-f]{64}$/);
      assert.match(tree ?? '', /^[0-9a-f]{40}$/);
      const digest = answered(await archiveDigest({ kind: 'artifact', path, exclude }, noSignal));
      assert.equal(await sent({ path, digest, compression, exclude }, join(home, 'out')), digest);
      const left = (name: string) => /\.map$|^node_modules|(^|\/)\.git(\/|$)/.test(name);
      const wanted = Object.fromEntries(Object.entries(snapshot(path)).filter(([name]) => !left(name)));
      assert.deepEqual(snapshot(join(home, 'out')), wanted);
      assert.equal(
        execFileSync('find', ['storage/empty', 'packages/y', '-type', 'd'], { cwd: join(home, 'out') }).toString(),
        'storage/empty\npackages/y\n',
      );
    });
  }

  it('have the same digest wherever the same files lie, and another when one changes', async (t) => {
    const home = workspace(t);
    build(join(home, 'one'));
    execFileSync('cp', ['-a', 'one', 'two'], { cwd: home });
    const digest = async (path: string) => answered(await resolve(join(home, path), exclude)).revision.id;
    assert.equal(await digest('one'), await digest('two'));
    const before = await digest('one');
    utimesSync(join(home, 'one/index.html'), 1, 1);
    assert.equal(await digest('one'), before);
    chmodSync(join(home, 'one/bin/run'), 0o700);
    assert.notEqual(await digest('one'), before);
  });

  it('that exist as archives are sent in the compression that the host can unpack', async (t) => {
    const home = workspace(t);
    write(join(home, 'dist'), { a: '1', 'b/c': '2' });
    execFileSync('tar', ['-cf', 'plain.tar', '-C', 'dist', '.'], { cwd: home });
    execFileSync('tar', ['-czf', 'packed.tar.gz', '-C', 'dist', '.'], { cwd: home });
    execFileSync('sh', ['-c', 'gzip -c plain.tar > packed.tgz; zstd -q plain.tar -o packed.tar.zst'], { cwd: home });
    execFileSync('zip', ['-qr', '../packed.zip', '.'], { cwd: join(home, 'dist') });
    for (const [i, name] of ['plain.tar', 'packed.tar.gz', 'packed.tgz', 'packed.tar.zst', 'packed.zip'].entries()) {
      const path = join(home, name);
      const { revision } = answered(await resolve(path));
      const compression = (['none', 'gzip', 'zstd'] as const)[i % 3] ?? 'none';
      assert.equal(
        await sent({ path, digest: revision.id, compression, exclude: [] }, join(home, `out${i}`)),
        revision.id,
      );
      assert.deepEqual(snapshot(join(home, `out${i}`)), snapshot(join(home, 'dist')));
    }
  });

  it('that cannot be deployed are each refused with a sentence', async (t) => {
    const home = workspace(t);
    mkdirSync(join(home, 'empty/.git'), { recursive: true });
    mkdirSync(join(home, 'pipes'));
    execFileSync('mkfifo', ['pipes/a'], { cwd: home });
    writeFileSync(join(home, 'site.zip'), 'PK');
    writeFileSync(join(home, 'site.exe'), 'MZ');
    writeFileSync(join(home, 'broken.tar.gz'), 'not gzip');
    const refusals = {
      missing: ['artifact-missing', /is not there\. Build it first/],
      empty: ['artifact-empty', /holds no files/],
      pipes: ['artifact-format', /neither a file, a directory nor a link/],
      'site.zip': ['artifact-format', /is no zip archive, or breaks off/],
      'site.exe': ['artifact-format', /ends with \.tar/],
      'broken.tar.gz': ['unreadable', /could not be read/],
    } as const;
    for (const [name, [problem, message]] of Object.entries(refusals)) {
      const refused = problemOf(await resolve(join(home, name)));
      assert.equal(refused.problem, problem, name);
      assert.match(refused.message, message);
    }
  });

  it('that no git tree can hold are sent whole, which is said', async (t) => {
    const home = workspace(t);
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`f${i}`, '1']));
    const cases: readonly (readonly [string, RegExp, (path: string) => void])[] = [
      ['git~1', /git takes no file that is called "a\/git~1"/, (path) => write(path, { 'a/git~1': '1' })],
      ['.GIT', /git takes no file that is called ".GIT\/"/, (path) => write(path, { '.GIT/config': '1' })],
      ['modules', /called ".gitmodules"/, (path) => symlinkSync('x', join(path, '.gitmodules'))],
      [
        'modes',
        /201 files in it have modes other than 644 and 755/,
        (path) => {
          write(path, many);
          for (const name of Object.keys(many)) chmodSync(join(path, name), 0o600);
        },
      ],
      [
        'hollow',
        /201 directories in it are empty/,
        (path) => {
          for (const name of Object.keys(many)) mkdirSync(join(path, name));
        },
      ],
      [
        'large',
        /"big" is larger than 256 MB/,
        (path) => {
          write(path, { big: '' });
          truncateSync(join(path, 'big'), 2 ** 28 + 1);
        },
      ],
    ];
    for (const [name, reason, make] of cases) {
      const path = join(home, name);
      mkdirSync(path);
      make(path);
      const { tree, archive, revision, notes } = answered(await resolve(path));
      assert.deepEqual([tree, archive], [null, revision.id]);
      assert.match(notes.join(), /is sent whole each time, for /);
      assert.match(notes.join(), reason);
    }
  });

  it('that changed since they were resolved are not sent', async (t) => {
    const path = join(workspace(t), 'dist');
    write(path, { a: '1' });
    const { tree } = answered(await resolve(path));
    const digest = answered(await archiveDigest({ kind: 'artifact', path, exclude: [] }, noSignal));
    write(path, { a: '2' });
    const payloads = openPayloads({ repository: null, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    for (const payload of [
      { kind: 'artifact', path, digest, compression: 'none' },
      { kind: 'artifact-pack', path, tree: tree ?? '', have: [] },
    ] as const)
      assert.equal(problemOf(await payloads.make(payload)).problem, 'artifact-changed');
  });
});
