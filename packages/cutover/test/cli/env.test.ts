import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { write } from '../source/kit.ts';
import { documentOf, ended, type Project, project } from './kit.ts';

const config = { shared: { files: ['.env'] } };

/** What the shared file of a host holds. */
function shared(on: Project, host: string): string {
  return readFileSync(join(on.path(host), '.env'), 'utf8');
}

/** Everything that this machine keeps of what was done. */
function records(on: Project): string {
  const directory = join(on.directory, '.local/state/cutover/shop/production');
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
}

const secret = 'TOKEN=s3cret-value\nNAME=shop\n';

describe('cutover env push', () => {
  it('works before the first deployment, and shows no value anywhere', async (t) => {
    const on = project(t, { config });
    write(on.app, { '.env.production': secret });
    const call = ended(await on.cutover('env', 'push', '--yes'), 0);
    assert.match(call.err, /^one and two: no such file yet; new keys NAME, TOKEN\.\n/);
    assert.match(call.out, /until the next deployment: cutover deploy --same\.\n$/);
    assert.deepEqual([shared(on, 'one'), shared(on, 'two')], [secret, secret]);
    assert.doesNotMatch(call.out + call.err + records(on), /s3cret/);
    ended(await on.cutover('deploy'), 0);
  });

  it('names keys that are added, changed and removed on each host, and changes nothing while nobody agrees', async (t) => {
    const on = project(t, { config });
    write(on.app, { '.env.production': 'A=1\nB=2\nC=3\n', other: 'A=1\n' });
    ended(await on.cutover('env', 'push', '--yes'), 0);
    ended(await on.cutover('env', 'push', 'other', '--yes', '--host', 'two'), 0);
    write(on.app, { '.env.production': 'B=2\nC=4\nD=5\n' });
    const call = ended(await on.cutover('env', 'push'), 3);
    assert.match(
      call.err,
      /^one: new keys D; changed keys C; removed keys A\.\ntwo: new keys B, C, D; removed keys A\.\n/,
    );
    assert.match(call.err, /Write \.env\.production to \.env of production\? Nobody can be asked/);
    assert.equal(shared(on, 'one'), 'A=1\nB=2\nC=3\n');
  });

  it('keeps a new file from others, and not the shared directory that it makes for it', async (t) => {
    const on = project(t, { hosts: { one: {} }, config: { ...config, layout: 'shared' } });
    write(on.app, { '.env.production': secret });
    const mask = process.umask(0o022);
    t.after(() => process.umask(mask));
    ended(await on.cutover('env', 'push', '--yes'), 0);
    const modeOf = (path: string) => (statSync(join(on.path('one'), path)).mode & 0o777).toString(8);
    assert.equal(modeOf('shared'), '755');
    assert.equal(modeOf('shared/.env').at(-1), '0');
  });

  it('is refused for a shared file that is itself a link, whose target stays as it is', async (t) => {
    const on = project(t, { hosts: { one: {} }, config });
    write(on.app, { '.env.production': secret });
    write(on.directory, { 'real.env': 'OLD=1\n' });
    mkdirSync(on.path('one'), { recursive: true });
    symlinkSync(join(on.directory, 'real.env'), join(on.path('one'), '.env'));
    const call = ended(await on.cutover('env', 'push', '--yes'), 1);
    assert.match(call.out, /This shared file is itself a link: write the file that it leads to\./);
    assert.ok(lstatSync(join(on.path('one'), '.env')).isSymbolicLink());
    assert.equal(shared(on, 'one'), 'OLD=1\n');
  });

  it('does nothing when every host has the very same file', async (t) => {
    const on = project(t, { config });
    write(on.app, { '.env.production': secret });
    ended(await on.cutover('env', 'push', '--yes'), 0);
    const call = ended(await on.cutover('env', 'push'), 0);
    assert.match(call.out, /nothing was changed/);
    assert.doesNotMatch(call.out, /next deployment/);
  });

  it('writes the shared file that is named', async (t) => {
    const on = project(t, { config: { shared: { files: ['.env', { path: 'x.json', required: false }] } } });
    write(on.app, { 'x.json.production': '{}\n' });
    ended(await on.cutover('env', 'push', '--to', 'x.json', '--yes'), 0);
    assert.equal(readFileSync(join(on.path('one'), 'x.json'), 'utf8'), '{}\n');
  });

  for (const [what, args, words] of [
    ['the file is missing', ['push'], /There is no \.env\.production here\. Name the file that is for production/],
    ['the file is not text', ['push', 'binary'], /binary cannot be used: it is not text in UTF-8/],
    ['the file is a directory', ['push', '.'], /cannot be used: it is a directory\./],
    [
      'no such file is shared',
      ['push', 'other', '--to', 'x'],
      /x is no shared file of this stage\. Name one with --to: there is \.env\./,
    ],
  ] as const)
    it(`contacts no host when ${what}`, async (t) => {
      const on = project(t, { config });
      writeFileSync(join(on.app, 'binary'), Buffer.from([0x41, 0x3d, 0xff]));
      write(on.app, { other: 'A=1\n' });
      assert.match(ended(await on.cutover('env', ...args), 2).err, words);
    });

  it('says how to share a file when the stage shares none', async (t) => {
    assert.match(ended(await project(t).cutover('env', 'push'), 2).err, /shared: \{ files: \['\.env'\] \}/);
  });
});

describe('cutover env pull', () => {
  it('writes the file byte for byte, for the user alone', async (t) => {
    const on = project(t, { config });
    const text = 'A="x\ny"\r\n# ünd\n\nB=2';
    write(on.app, { '.env.production': text });
    ended(await on.cutover('env', 'push', '--yes'), 0);
    ended(await on.cutover('env', 'pull', 'got'), 0);
    assert.equal(readFileSync(join(on.app, 'got'), 'utf8'), text);
    assert.equal(statSync(join(on.app, 'got')).mode & 0o777, 0o600);
    assert.match(ended(await on.cutover('env', 'pull'), 0).out, /is the same already/);
  });

  it('writes over nothing without being told to', async (t) => {
    const on = project(t, { config });
    write(on.app, { '.env.production': 'A=1\n' });
    ended(await on.cutover('env', 'push', '--yes'), 0);
    write(on.app, { '.env.production': 'B=2\n' });
    const call = ended(await on.cutover('env', 'pull'), 3);
    assert.match(call.err, /would get A; would lose B\.\n\.env\.production is there already\. Write over it\?/);
    assert.equal(readFileSync(join(on.app, '.env.production'), 'utf8'), 'B=2\n');
    ended(await on.cutover('env', 'pull', '--yes'), 0);
    assert.equal(readFileSync(join(on.app, '.env.production'), 'utf8'), 'A=1\n');
  });

  it('is refused when the hosts differ, until one is selected', async (t) => {
    const on = project(t, { config });
    write(on.app, { a: 'A=1\n' });
    ended(await on.cutover('env', 'push', 'a', '--yes', '--host', 'one'), 0);
    const call = ended(await on.cutover('env', 'pull'), 3);
    assert.match(call.err, /do not have the same \.env: one differs from two \(has none\)\. Select one with --host/);
    ended(await on.cutover('env', 'pull', '--host', 'one'), 0);
    assert.match(ended(await on.cutover('env', 'pull', '--host', 'two'), 3).err, /There is no \.env on two yet/);
  });
});

describe('cutover env diff', () => {
  it('shows keys, and values only when they are asked for', async (t) => {
    const on = project(t, { config });
    write(on.app, { '.env.production': 'A=old\nB=gone\n' });
    ended(await on.cutover('env', 'push', '--yes', '--host', 'one'), 0);
    write(on.app, { '.env.production': 'A=new\nC=fresh\n' });
    const keys = ended(await on.cutover('env', 'diff'), 0);
    assert.equal(
      keys.out,
      [
        '.env.production here, .env there:',
        'one: only here C; different values of A; only there B.',
        'two: no such file; only here A, C.',
        '',
      ].join('\n'),
    );
    const values = ended(await on.cutover('env', 'diff', '--values', '--host', 'one'), 0);
    assert.deepEqual(values.out.trim().split('\n').slice(1), [
      'one:',
      '  - B=gone',
      '  - A=old',
      '  + A=new',
      '  + C=fresh',
    ]);
    const { comparisons } = documentOf<{ comparisons: object }>(
      await on.cutover('env', 'diff', '--json', '--host', 'one'),
    );
    assert.deepEqual(comparisons, [
      { hosts: ['one'], state: 'different', added: ['C'], changed: ['A'], removed: ['B'] },
    ]);
  });

  it('knows a difference that is in no key', async (t) => {
    const on = project(t, { config, hosts: { one: {} } });
    write(on.app, { '.env.production': 'A=1\nB=2\n' });
    ended(await on.cutover('env', 'push', '--yes'), 0);
    write(on.app, { '.env.production': '# A comment\nB=2\nA=1\n' });
    assert.match(ended(await on.cutover('env', 'diff'), 0).out, /one: different, but in no key/);
  });
});
