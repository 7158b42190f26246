import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configWith, problemsOf, settingsOf } from './kit.ts';

describe('shared, writable and asset paths', () => {
  it('of the recipe come first, those of the config on top', () => {
    const more = {
      recipe: 'laravel',
      shared: { directories: ['public/files'] },
      writable: { paths: ['tmp'] },
      assets: ['public/js'],
    };
    const { shared, writable, assets } = settingsOf(configWith(more));
    assert.deepEqual(
      shared.map(({ type, from }) => [type, from]),
      [
        ['directory', 'storage'],
        ['file', '.env'],
        ['file', 'database/database.sqlite'],
        ['directory', 'public/files'],
      ],
    );
    assert.deepEqual(writable.paths, ['bootstrap/cache', 'tmp']);
    assert.deepEqual(assets, ['public/build', 'public/js']);
  });

  it('of the config take the place of the recipe’s for the same path', () => {
    const { shared } = settingsOf(
      configWith({ recipe: 'laravel', shared: { files: [{ path: '.env', required: false }] } }),
    );
    assert.deepEqual(
      shared.filter(({ from }) => from === '.env'),
      [{ type: 'file', from: '.env', to: '.env', required: false }],
    );
  });

  it('of the recipe can be left out', () => {
    const { shared, writable, assets } = settingsOf(
      configWith({ recipe: 'laravel', without: ['storage', 'bootstrap/cache/', 'public/build'] }),
    );
    assert.deepEqual(
      [shared.map(({ from }) => from), writable.paths, assets],
      [['.env', 'database/database.sqlite'], [], []],
    );
  });

  it('of the recipe give way to a directory of the config that they lie in', () => {
    const { shared } = settingsOf(configWith({ recipe: 'statamic', shared: { directories: ['storage'] } }));
    assert.deepEqual(
      shared.map(({ from }) => from).filter((from) => from.startsWith('storage')),
      ['storage'],
    );
  });

  it('of a content repository lie in its clone and go before those of the recipe', () => {
    const content = { repository: 'git@example.com:shop.git', paths: ['content', 'users'] };
    const { shared } = settingsOf(configWith({ recipe: 'statamic', content }));
    assert.deepEqual(
      shared
        .filter(({ from }) => ['content', 'users', 'public/assets'].includes(from))
        .map(({ from, to }) => [from, to]),
      [
        ['public/assets', 'public/assets'],
        ['content', 'content-repository/content'],
        ['users', 'content-repository/users'],
      ],
    );
  });

  it('may be kept inside another shared directory', () => {
    const { shared } = settingsOf(
      configWith({ shared: { directories: ['storage', { from: './public//uploads/', to: 'storage/app/uploads' }] } }),
    );
    assert.deepEqual(shared[1], {
      type: 'directory',
      from: 'public/uploads',
      to: 'storage/app/uploads',
      required: false,
    });
  });

  it('may have any name below shared/ in the layout that has it', () => {
    assert.equal(settingsOf(configWith({ layout: 'shared', shared: { directories: ['releases'] } })).shared.length, 1);
  });

  const faults: readonly { readonly says: string; readonly more: object; readonly problem: string }[] = [
    {
      says: 'absolute',
      more: { shared: { directories: ['/storage/'] } },
      problem: 'shared.directories[0]: This path must be relative to the release. → Write "storage".',
    },
    {
      says: 'in somebody’s home',
      more: { shared: { files: ['~/.env'] } },
      problem: 'shared.files[0]: This path must be relative to the release. → Write ".env".',
    },
    {
      says: 'outside the release',
      more: { shared: { directories: ['a/../../b'] } },
      problem: 'shared.directories[0]: This path must stay inside the release: it must not hold "..".',
    },
    {
      says: 'part of .git',
      more: { shared: { directories: ['.git/hooks'] } },
      problem: 'shared.directories[0]: A release never holds ".git".',
    },
    {
      says: 'the release itself',
      more: { writable: { paths: ['./'] } },
      problem: 'writable.paths[0]: This must be a path below the release, not the release itself.',
    },
    {
      says: 'of two lines',
      more: { assets: ['a\nb'] },
      problem: 'assets[0]: This must be one line without control characters.',
    },
    { says: 'empty', more: { assets: [''] }, problem: 'assets[0]: This must not be empty.' },
    {
      says: 'kept in a place of Cutover’s own',
      more: { shared: { directories: [{ from: 'a', to: '.cutover/a' }] } },
      problem:
        'shared.directories[0]: “.cutover/a” is Cutover\'s own place in the deploy path. → Choose another "to", or the layout "shared".',
    },
    {
      says: 'shared twice',
      more: { shared: { directories: ['a'], files: ['a'] } },
      problem: 'shared.files[0]: “a” is shared twice. → Share one of them only.',
    },
    {
      says: 'inside a shared directory',
      more: { shared: { directories: ['a', 'a/b'] } },
      problem: 'shared.directories[1]: “a/b” lies inside “a”, which is shared as a whole. → Share one of them only.',
    },
    {
      says: 'around a shared directory',
      more: { shared: { directories: ['a/b', 'a'] } },
      problem: 'shared.directories[1]: “a/b” lies inside “a”, which is shared as a whole. → Share one of them only.',
    },
    {
      says: 'inside what the recipe shares',
      more: { recipe: 'laravel', shared: { directories: ['storage/app'] } },
      problem:
        'shared.directories[0]: “storage/app” lies inside “storage”, which is shared as a whole. → Share one of them only.',
    },
    {
      says: 'kept below a file',
      more: { shared: { files: ['a'], directories: [{ from: 'b', to: 'a/b' }] } },
      problem: 'shared.files[0]: “a” cannot be kept beside “a/b”: one of them is a file. → Share one of them only.',
    },
    {
      says: 'kept in one place as a file and a directory',
      more: { shared: { directories: [{ from: 'a', to: 'c' }], files: [{ from: 'b', to: 'c' }] } },
      problem: 'shared.files[0]: “c” cannot be kept beside “c”: one of them is a file. → Share one of them only.',
    },
    {
      says: 'an asset and shared',
      more: { recipe: 'laravel', assets: ['storage/x'] },
      problem:
        'assets[0]: “storage/x” overlaps the shared path “storage”. → What is shared outlives a release anyway: name only what each release has for itself.',
    },
    {
      says: 'left out and never proposed',
      more: { recipe: 'laravel', without: ['cache'] },
      problem:
        'without[0]: The recipe proposes no path “cache”. → It proposes “storage”, “.env”, “database/database.sqlite”, “bootstrap/cache”, “public/build”.',
    },
    {
      says: 'writable for nobody',
      more: { writable: { way: 'acl' } },
      problem: 'writable.way: The way "acl" needs a user. → Set "writable.user", such as "www-data".',
    },
    {
      says: 'writable for no group',
      more: { writable: { way: 'group' } },
      problem: 'writable.way: The way "group" needs a group. → Set "writable.group", such as "www-data".',
    },
  ];
  for (const { says, more, problem } of faults) {
    it(`must not be ${says}`, () => assert.deepEqual(problemsOf(configWith(more)), [problem]));
  }
});
