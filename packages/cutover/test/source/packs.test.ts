import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Payload } from '../../src/model/payload.ts';
import { openPayloads } from '../../src/source/payloads.ts';
import { anyFiles, makeTree } from '../kit/trees.ts';
import { answered, commit, git, noSignal, problemOf, repository, snapshot, workspace, write } from './kit.ts';

/** Makes a payload of a repository and reads it whole. */
async function made(repo: string, payload: Payload): Promise<Buffer> {
  const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
  try {
    const { bytes, read } = answered(await payloads.make(payload));
    const content = await buffer(read());
    assert.equal(content.length, bytes);
    return content;
  } finally {
    await payloads.dispose();
  }
}

/** A bare repository as a host has it: trees under refs, no commits. */
function hostRepository(home: string): string {
  git(home, ['init', '-q', '--bare', 'host.git']);
  return join(home, 'host.git');
}

/** Puts a pack and its tree into a host's repository, as a deployment does. */
function receive(host: string, pack: Buffer, tree: string): void {
  execFileSync('git', ['--git-dir', host, 'index-pack', '--stdin', '--fix-thin'], {
    input: pack,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  git(host, ['update-ref', `refs/cutover/releases/${tree.slice(0, 14)}`, tree]);
}

/** The files of a tree of a host's repository, unpacked. */
function unpacked(host: string, tree: string, into: string): Record<string, string> {
  mkdirSync(into, { recursive: true });
  const archive = execFileSync('git', ['--git-dir', host, 'archive', tree], { maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-xf', '-', '-C', into], { input: archive });
  return snapshot(into);
}

function treeOf(repo: string, ref = 'HEAD'): string {
  return git(repo, ['rev-parse', `${ref}^{tree}`]).trim();
}

function checkedOut(repo: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot(repo)).filter(([path]) => !path.startsWith('.git/')));
}

const hostile = {
  'with space/a b.txt': 'spaces',
  'quo\'te"s.txt': 'quotes',
  'new\nline.txt': 'newline',
  'größe/日本.txt': 'unicode',
  '-rf': 'dash',
  '--help/$(touch X)': 'shell',
  'back\\slash': 'backslash',
  '.hidden/.env.example': 'dot',
  empty: '',
};

describe('packs', () => {
  it('carry hostile names, modes and links to an empty host, and then only what changed', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), {
      ...hostile,
      'README.md': 'one',
      'bin/run': '#!/bin/sh\n',
      'old/gone.txt': 'x',
    });
    chmodSync(join(repo, 'bin/run'), 0o755);
    symlinkSync('../README.md', join(repo, 'bin/link'));
    symlinkSync('/nowhere else', join(repo, 'dangling'));
    commit(repo, 'Modes and links');
    const host = hostRepository(home);
    const first = treeOf(repo);
    receive(host, await made(repo, { kind: 'git-pack', tree: first, have: [] }), first);
    assert.deepEqual(unpacked(host, first, join(home, 'first')), checkedOut(repo));

    chmodSync(join(repo, 'bin/run'), 0o644);
    chmodSync(join(repo, 'README.md'), 0o755);
    renameSync(join(repo, 'README.md'), join(repo, 'Readme.md'));
    rmSync(join(repo, 'old'), { recursive: true });
    rmSync(join(repo, 'bin/link'));
    symlinkSync('../Readme.md', join(repo, 'bin/link'));
    commit(repo, 'Changes');
    const second = treeOf(repo);
    const pack = await made(repo, { kind: 'git-pack', tree: second, have: [first] });
    // The tree, the tree of bin/ and the link: contents that only moved or changed their mode are there already.
    assert.equal(pack.readUInt32BE(8), 3);
    receive(host, pack, second);
    assert.deepEqual(unpacked(host, second, join(home, 'second')), checkedOut(repo));
    assert.equal(git(host, ['rev-list', '--all', '--count']).trim(), '0');
    git(host, ['fsck', '--full', '--strict', second]);
  });

  it('are empty and still valid when nothing is missing', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: '1' });
    const tree = treeOf(repo);
    const host = hostRepository(home);
    receive(host, await made(repo, { kind: 'git-pack', tree, have: [] }), tree);
    const pack = await made(repo, { kind: 'git-pack', tree, have: [tree] });
    assert.equal(pack.readUInt32BE(8), 0);
    receive(host, pack, tree);
  });

  it('tell 20 changed files of 2,000 as changes of what the host has', async (t) => {
    const home = workspace(t);
    const content = (i: number, version: string) =>
      Array.from(
        { length: 120 },
        (_, line) => `line ${(i * 7919 + line * 104729) % 1000003} of file ${i} ${line === 60 ? version : ''}`,
      ).join('\n');
    const file = (i: number) => `src/${i % 40}/module${i % 200}/file${i}.php`;
    const all = Array.from({ length: 2000 }, (_, i) => i);
    const repo = repository(join(home, 'repo'), Object.fromEntries(all.map((i) => [file(i), content(i, 'old')])));
    const before = treeOf(repo);
    const host = hostRepository(home);
    const whole = await made(repo, { kind: 'git-pack', tree: before, have: [] });
    receive(host, whole, before);
    write(repo, Object.fromEntries(all.filter((i) => i % 100 === 3).map((i) => [file(i), content(i, 'new')])));
    commit(repo, 'Twenty files');
    const after = treeOf(repo);
    const pack = await made(repo, { kind: 'git-pack', tree: after, have: [before] });
    receive(host, pack, after);
    assert.deepEqual(unpacked(host, after, join(home, 'after')), checkedOut(repo));
    const contents = 20 * content(0, 'new').length;
    t.diagnostic(`${pack.length} bytes for 20 files of ${contents} bytes; ${whole.length} for all 2,000`);
    assert.ok(pack.length < contents / 6, `${pack.length} bytes`);
  });

  it('tell what the one says that packs, not that the one that lists lost its reader', async (t) => {
    const repo = repository(join(workspace(t), 'app'), { a: '1' });
    const before = treeOf(repo);
    write(repo, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${'d'.repeat(50)}/${i}`, `${i}`])));
    commit(repo, 'Many');
    git(repo, ['config', 'pack.threads', 'nonsense']);
    const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    const problem = problemOf(await payloads.make({ kind: 'git-pack', tree: treeOf(repo), have: [before] }));
    assert.match(problem.message, /could not pack the revision .*nonsense/);
  });

  it('can be made in a shallow clone that lacks what the host has', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: '1', 'b/c': '2' });
    const before = treeOf(repo);
    const host = hostRepository(home);
    receive(host, await made(repo, { kind: 'git-pack', tree: before, have: [] }), before);
    write(repo, { a: '2' });
    commit(repo, 'Second');
    git(home, ['clone', '-q', '--depth=1', `file://${repo}`, 'shallow']);
    const tree = treeOf(join(home, 'shallow'));
    receive(host, await made(join(home, 'shallow'), { kind: 'git-pack', tree, have: [before, 'f'.repeat(40)] }), tree);
    assert.deepEqual(unpacked(host, tree, join(home, 'out')), checkedOut(join(home, 'shallow')));
  });

  it('are problems, not surprises, when the tree is not there', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    for (const tree of ['f'.repeat(40), '--all']) {
      assert.equal(problemOf(await payloads.make({ kind: 'git-pack', tree, have: [] })).problem, 'git-failed');
      assert.equal(
        problemOf(await payloads.make({ kind: 'git-archive', tree, compression: 'none' })).problem,
        'git-failed',
      );
    }
  });

  it('bring any tree over, whatever changed since the one before', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: '1' });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyFiles, { minLength: 2, maxLength: 3 }), async (versions) => {
        round += 1;
        mkdirSync(join(home, `${round}`));
        const host = hostRepository(join(home, `${round}`));
        const have: string[] = [];
        for (const version of versions) {
          const tree = makeTree(repo, version);
          receive(host, await made(repo, { kind: 'git-pack', tree, have }), tree);
          assert.equal(git(host, ['ls-tree', '-r', '-z', tree]), git(repo, ['ls-tree', '-r', '-z', tree]));
          git(host, ['fsck', '--full', tree]);
          have.push(tree);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('git archives', () => {
  for (const [compression, unzip] of [
    ['none', 'cat'],
    ['gzip', 'gzip -dc'],
    ['zstd', 'zstd -dcq'],
  ] as const) {
    it(`hold the files of a tree, compression ${compression}`, async (t) => {
      const home = workspace(t);
      const repo = repository(join(home, 'repo'), hostile);
      git(repo, ['config', 'core.autocrlf', 'true']);
      write(repo, { 'unix.txt': 'a\nb\n' });
      chmodSync(join(repo, '-rf'), 0o755);
      commit(repo, 'More');
      writeFileSync(join(home, 'archive'), await made(repo, { kind: 'git-archive', tree: treeOf(repo), compression }));
      mkdirSync(join(home, 'out'));
      execFileSync('sh', ['-c', `${unzip} < archive | tar -xf - -C out`], { cwd: home });
      assert.deepEqual(snapshot(join(home, 'out')), checkedOut(repo));
    });
  }
});
