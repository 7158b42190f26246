import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  answered,
  commit,
  git,
  noSignal,
  problemOf,
  repository,
  resolveRevision,
  snapshot,
  workspace,
  write,
} from './kit.ts';

const options = { signal: noSignal, limitMs: 20_000 };

function resolve(repository: string, ref: string, subdirectory: string | null = null) {
  return resolveRevision({ kind: 'git', repository, ref, subdirectory }, options);
}

describe('resolving a ref of a local repository', () => {
  it('takes the current branch for HEAD, with author, message and time of its commit', async (t) => {
    const repo = repository(join(workspace(t), 'a b'), { 'index.php': 'x' });
    const id = commit(repo, 'Say "hi" $(touch X) `y`\n\nMore.');
    const { revision, tree, notes } = answered(await resolve(repo, 'HEAD'));
    assert.deepEqual(revision, {
      id,
      ref: 'main',
      branch: 'main',
      author: 'Ana Lima',
      message: 'Say "hi" $(touch X) `y`',
      committedAt: '2026-03-22T15:31:09Z',
    });
    assert.equal(tree, git(repo, ['rev-parse', 'HEAD^{tree}']).trim());
    assert.deepEqual(notes, []);
  });

  it('takes the commit of a detached HEAD, without a branch', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const id = git(repo, ['rev-parse', 'HEAD']).trim();
    git(repo, ['checkout', '-q', '--detach']);
    const { revision } = answered(await resolve(repo, 'HEAD'));
    assert.deepEqual([revision.id, revision.ref, revision.branch], [id, id, null]);
  });

  it('finds branches, tags of both kinds, remote branches, full names and SHAs', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const first = git(repo, ['rev-parse', 'HEAD']).trim();
    git(repo, ['branch', 'feature/größe;$(id)']);
    git(repo, ['tag', 'v1']);
    git(repo, ['tag', '-a', '-m', 'Two', 'v2']);
    git(repo, ['update-ref', 'refs/remotes/origin/release', first]);
    commit(repo, 'Second');
    const branches: Record<string, string | null> = {
      'feature/größe;$(id)': 'feature/größe;$(id)',
      v1: null,
      v2: null,
      'origin/release': 'release',
      'refs/tags/v2': null,
      [first]: null,
      [first.toUpperCase()]: null,
      [first.slice(0, 9)]: null,
    };
    for (const [ref, branch] of Object.entries(branches)) {
      const { revision } = answered(await resolve(repo, ref));
      assert.deepEqual([revision.id, revision.branch, revision.ref], [first, branch, ref], ref);
    }
  });

  it('says that a name is ambiguous when a branch and a tag of it differ, and not when they agree', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    git(repo, ['tag', 'both']);
    git(repo, ['branch', 'both']);
    assert.equal(answered(await resolve(repo, 'both')).revision.branch, 'both');
    const second = commit(repo, 'Second');
    git(repo, ['branch', '-f', 'both']);
    const problem = problemOf(await resolve(repo, 'both'));
    assert.equal(problem.problem, 'ambiguous-ref');
    assert.equal(
      problem.message,
      '“both” is a branch and a tag, and they differ. Write refs/heads/both or refs/tags/both.',
    );
    assert.equal(answered(await resolve(repo, 'refs/heads/both')).revision.id, second);
  });

  it('refuses what cannot be a name, and runs nothing of it', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const refs = [
      '--upload-pack=touch X',
      '-x',
      'main;touch X',
      'main@{1}',
      '@{-1}',
      'HEAD~1',
      'main^',
      'a..b',
      ':/First',
      'a:b',
      'x\0y',
      'a\nb',
      '',
      '@',
      '/etc',
      'a.lock',
      '*',
    ];
    for (const ref of refs) assert.equal(problemOf(await resolve(repo, ref)).problem, 'bad-ref', JSON.stringify(ref));
    assert.equal(existsSync(join(repo, 'X')), false);
  });

  it('takes hostile names that git allows for what they are', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const names = ['main;touch${IFS}X', '$(touch${IFS}X)', "it's", '"quoted"', 'a|b', '#1', '%s%n'];
    for (const name of names) {
      git(repo, ['update-ref', `refs/heads/${name}`, 'HEAD']);
      assert.equal(answered(await resolve(repo, name)).revision.branch, name);
    }
    assert.equal(existsSync(join(repo, 'X')), false);
  });

  it('names the nearest refs when there is no such one', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    for (const name of ['feature/checkout', 'feature/search', 'zzz']) git(repo, ['branch', name]);
    const problem = problemOf(await resolve(repo, 'feature/chekout'));
    assert.equal(problem.problem, 'unknown-ref');
    assert.match(
      problem.message,
      /has no branch, tag or commit “feature\/chekout”\. The nearest names there: feature\/checkout, feature\/search\./,
    );
    assert.equal(problemOf(await resolve(repo, 'f'.repeat(40))).problem, 'unknown-ref');
  });

  it('takes the tree of a subdirectory, and says when there is none', async (t) => {
    const repo = repository(workspace(t), { 'apps/shop ü/index.php': 'x', 'apps/file': 'y' });
    const wanted = git(repo, ['rev-parse', 'HEAD:apps/shop ü']).trim();
    for (const path of ['apps/shop ü', './apps//shop ü/'])
      assert.equal(answered(await resolve(repo, 'main', path)).tree, wanted);
    for (const path of ['apps/none', 'apps/file', '../x', '*', ':(top)apps', '-d']) {
      assert.equal(problemOf(await resolve(repo, 'main', path)).problem, 'no-subdirectory', path);
    }
  });

  it('says what is wrong with a repository that cannot be used', async (t) => {
    const home = workspace(t);
    assert.equal(problemOf(await resolve(join(home, 'missing'), 'main')).problem, 'not-a-repository');
    assert.equal(problemOf(await resolve(home, 'main')).problem, 'not-a-repository');
    git(home, ['init', '-q', '-b', 'main', 'empty']);
    for (const ref of ['HEAD', 'main']) {
      const problem = problemOf(await resolve(join(home, 'empty'), ref));
      assert.equal(problem.problem, 'empty-repository');
      assert.match(problem.message, /has no commit.* yet\./);
    }
  });

  it('says that git is missing', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const path = process.env['PATH'];
    process.env['PATH'] = repo;
    t.after(() => {
      process.env['PATH'] = path;
    });
    const problem = problemOf(await resolve(repo, 'main'));
    assert.equal(problem.problem, 'git-missing');
    assert.match(problem.message, /Install git/);
  });

  it('answers cancelled when it is cancelled', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const source = { kind: 'git', repository: repo, ref: 'main', subdirectory: null } as const;
    assert.equal(
      problemOf(await resolveRevision(source, { ...options, signal: AbortSignal.abort() })).problem,
      'cancelled',
    );
  });
});

describe('what a person is told of the work tree', () => {
  it('counts uncommitted files when its commit is the one that is deployed', async (t) => {
    const repo = repository(workspace(t), { a: '1', b: '2', c: '3' });
    const id = git(repo, ['rev-parse', 'HEAD']).trim().slice(0, 10);
    write(repo, { a: 'changed', 'new\nfile': 'x' });
    assert.deepEqual(answered(await resolve(repo, 'main')).notes, [
      `This deploys ${id}; 2 uncommitted files are not part of it.`,
    ]);
    rmSync(join(repo, 'new\nfile'));
    assert.deepEqual(answered(await resolve(repo, 'main')).notes, [
      `This deploys ${id}; 1 uncommitted file is not part of it.`,
    ]);
    git(repo, ['branch', 'other', git(repo, ['commit-tree', '-p', 'HEAD', '-m', 'Other', 'HEAD^{tree}']).trim()]);
    assert.deepEqual(answered(await resolve(repo, 'other')).notes, []);
  });

  it('leaves no trace in the work tree or the repository, however often it looks', async (t) => {
    const repo = repository(workspace(t), { a: '1', b: '2' });
    write(repo, { a: '9' });
    chmodSync(join(repo, 'b'), 0o755);
    const before = snapshot(repo);
    await Promise.all([resolve(repo, 'main'), resolve(repo, 'HEAD'), resolve(repo, 'none')]);
    assert.deepEqual(snapshot(repo), before);
  });

  it('works on a bare repository, and from within a git hook of another one', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: '1' });
    git(home, ['clone', '-q', '--bare', repo, 'bare.git']);
    process.env['GIT_DIR'] = join(home, 'elsewhere.git');
    process.env['GIT_INDEX_FILE'] = 'index';
    t.after(() => {
      delete process.env['GIT_DIR'];
      delete process.env['GIT_INDEX_FILE'];
    });
    const { revision, notes } = answered(await resolve(join(home, 'bare.git'), 'main'));
    assert.deepEqual([revision.branch, notes], ['main', []]);
    assert.deepEqual(readdirSync(home).sort(), ['bare.git', 'repo']);
  });
});

describe('a revision without files', () => {
  it('is refused, and so is a subdirectory without any', async (t) => {
    const repo = repository(workspace(t), {});
    const bare = git(repo, ['rev-parse', 'HEAD']).trim();
    const nothing = git(repo, ['mktree'], '').trim();
    const tree = git(repo, ['mktree'], `040000 tree ${nothing}\tsite\n`).trim();
    const hollow = git(repo, ['commit-tree', '-m', 'Hollow', tree]).trim();
    const cases = [
      [bare, null, `The commit ${bare.slice(0, 10)}`],
      [hollow, null, `The commit ${hollow.slice(0, 10)}`],
      [hollow, './site/', `"site" of the commit ${hollow.slice(0, 10)}`],
    ] as const;
    for (const [ref, subdirectory, what] of cases) {
      const { problem, message } = problemOf(await resolve(repo, ref, subdirectory));
      assert.equal(problem, 'no-files');
      assert.equal(message, `${what} holds no files. Commit what is to be deployed, or name another ref.`);
    }
    commit(repo, 'Filled');
    write(repo, { 'site/index.html': 'x' });
    answered(await resolve(repo, commit(repo, 'Filled'), 'site'));
  });
});

describe('content that git alone does not have', () => {
  it('refuses submodules and says what to do, except outside the subdirectory', async (t) => {
    const home = workspace(t);
    const library = repository(join(home, 'library'), { l: '1' });
    const repo = repository(join(home, 'repo'), { 'app/a': '1' });
    git(repo, ['-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library, 'vendor/my library']);
    commit(repo, 'With a submodule');
    const problem = problemOf(await resolve(repo, 'main'));
    assert.equal(problem.problem, 'submodules');
    assert.match(problem.message, /\("vendor\/my library"\).*artifact source/);
    answered(await resolve(repo, 'main', 'app'));
  });

  it('refuses LFS pointers, and not files that only look as if LFS had them', async (t) => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`;
    const repo = repository(workspace(t), { 'a.psd': pointer, 'docs/pointer.txt': 'x' });
    answered(await resolve(repo, 'main'));
    write(repo, {
      'art/.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n',
      'a.psd': 'real',
      'art/b.psd': 'a real one\n',
    });
    git(repo, ['config', 'filter.lfs.clean', 'cat']);
    commit(repo, 'Attributes');
    answered(await resolve(repo, 'main'));
    write(repo, { 'art/new\nline.psd': pointer });
    commit(repo, 'A pointer');
    const problem = problemOf(await resolve(repo, 'main'));
    assert.equal(problem.problem, 'lfs');
    assert.match(problem.message, /\("art\/new\\nline.psd"\); here are only pointers/);
    assert.equal(problemOf(await resolve(repo, 'main', 'art')).problem, 'lfs');
    answered(await resolve(repo, 'main', 'docs'));
  });
});
