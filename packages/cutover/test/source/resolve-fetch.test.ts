import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { answered, commit, git, noSignal, problemOf, repository, resolveRevision, workspace } from './kit.ts';

function resolve(url: string, ref: string, limitMs = 20_000) {
  return resolveRevision({ kind: 'fetch', url, ref, subdirectory: null }, { signal: noSignal, limitMs });
}

describe('resolving a ref of a remote', () => {
  it('asks for its default branch, branches and tags of both kinds', async (t) => {
    const repo = repository(join(workspace(t), 'a remote'), { a: '1' });
    const first = git(repo, ['rev-parse', 'HEAD']).trim();
    git(repo, ['tag', '-a', '-m', 'One', 'v1']);
    git(repo, ['tag', 'light']);
    git(repo, ['branch', 'decoy/refs/heads/main', 'HEAD']);
    const second = commit(repo, 'Second');
    const wanted: Record<string, readonly [string, string, string | null]> = {
      HEAD: [second, 'main', 'main'],
      main: [second, 'main', 'main'],
      'refs/heads/main': [second, 'refs/heads/main', 'main'],
      v1: [first, 'v1', null],
      light: [first, 'light', null],
      [first]: [first, first, null],
      ['e'.repeat(40)]: ['e'.repeat(40), 'e'.repeat(40), null],
    };
    for (const [ref, [id, name, branch]] of Object.entries(wanted)) {
      const { revision, tree } = answered(await resolve(`file://${repo}`, ref));
      assert.deepEqual([revision.id, revision.ref, revision.branch, tree], [id, name, branch, null], ref);
    }
  });

  it('names the nearest refs, and what is ambiguous', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    git(repo, ['tag', 'main']);
    commit(repo, 'Second');
    assert.equal(problemOf(await resolve(repo, 'main')).problem, 'ambiguous-ref');
    const problem = problemOf(await resolve(repo, 'maim'));
    assert.equal(problem.problem, 'unknown-ref');
    assert.match(problem.message, /The nearest names there: main\./);
  });

  it('runs nothing of a hostile url or ref', async (t) => {
    const home = workspace(t);
    const mark = join(home, 'X');
    for (const url of [`--upload-pack=touch ${mark}`, `-u touch ${mark}`, `ext::touch ${mark}`]) {
      assert.equal(problemOf(await resolve(url, 'main')).problem, 'remote-failed', url);
    }
    assert.equal(problemOf(await resolve('file:///x', `--upload-pack=touch ${mark}`)).problem, 'bad-ref');
    assert.equal(existsSync(mark), false);
  });

  it('says what the remote said without the password in its address', async (t) => {
    const home = workspace(t);
    const problem = problemOf(await resolve('http://ana:s3cret@127.0.0.1:1/x.git', 'main'));
    assert.equal(problem.problem, 'remote-failed');
    assert.doesNotMatch(problem.message, /s3cret/);
    assert.match(problem.message, /The refs of http:\/\/127\.0\.0\.1:1\/x\.git could not be read/);
    assert.equal(problemOf(await resolve(join(home, 'none'), 'main')).problem, 'remote-failed');
    git(home, ['init', '-q', '--bare', '-b', 'main', 'empty.git']);
    assert.equal(problemOf(await resolve(join(home, 'empty.git'), 'HEAD')).problem, 'empty-repository');
  });

  it('does not wait for ever for a remote that says nothing', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    t.after(() => server.close());
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const problem = problemOf(await resolve(`git://127.0.0.1:${address.port}/x`, 'main', 300));
    assert.equal(problem.problem, 'remote-failed');
    assert.match(problem.message, /did not answer within 0\.3 seconds/);
  });
});
