import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { typesShim } from '../../src/config/shim.ts';
import { repository, workspace, write } from '../source/kit.ts';
import { ended, type Project, project } from './kit.ts';

/** A directory without a config. */
function empty(t: TestContext, files: Readonly<Record<string, string>> = {}): Project {
  const on = project(t);
  const app = join(workspace(t), 'My Shop');
  mkdirSync(app);
  write(app, files);
  const changed = { directory: app };
  const cutoverIn: Project['cutoverIn'] = (more, ...args) => on.cutoverIn({ ...changed, ...more }, ...args);
  return { ...on, app, cutoverIn, cutover: (...args) => cutoverIn({}, ...args) };
}

function configOf({ app }: Project): string {
  return readFileSync(join(app, 'cutover.config.ts'), 'utf8');
}

describe('cutover init', () => {
  it('writes a config that works as it is, outside git too, and says what comes next', async (t) => {
    const on = empty(t);
    const call = ended(
      await on.cutover('init', '--yes', '--host', 'local', '--path', join(on.directory, 'hosts/x')),
      0,
    );
    assert.match(configOf(on), /project: 'my-shop'/);
    assert.match(configOf(on), /hosts: \{ local: \{ local: true \} \}/);
    assert.equal(readFileSync(join(on.app, 'cutover.d.ts'), 'utf8'), typesShim());
    assert.match(call.out, /is in no git repository/);
    assert.match(call.out, /Next:\n {2}cutover check .*\n {2}cutover plan .*\n {2}cutover deploy /);
    assert.match(ended(await on.cutover('status'), 0).out, /nothing deployed yet/);
  });

  it('recognises the application and names the file that it needs', async (t) => {
    const composer = { name: 'acme/basket', require: { 'laravel/framework': '^12' } };
    const on = empty(t, { 'composer.json': JSON.stringify(composer), 'composer.lock': '{}', artisan: '' });
    const call = ended(await on.cutover('init', '--yes', '--host', 'deploy@web1.example.com', '--stage', 'live'), 0);
    assert.match(call.out, /^Recognised: Laravel \(composer\.json requires laravel\/framework\)\./);
    assert.match(call.out, /cutover env push \.env\.live/);
    assert.match(configOf(on), /project: 'basket',\n {2}recipe: 'laravel'/);
    assert.match(configOf(on), /live: \{\n\s+hosts: \{ 'web1\.example\.com': \{ user: 'deploy' \} \}/);
    assert.doesNotMatch(configOf(on), /composer/, 'the recipe installs packages itself');
  });

  it('proposes a process for a Node server, and how it is reached', async (t) => {
    const manifest = { name: 'basket', scripts: { start: 'node --enable-source-maps server.js' } };
    const on = empty(t, { 'package.json': JSON.stringify(manifest), 'server.js': '' });
    assert.match(
      ended(await on.cutover('init', '--yes'), 0).out,
      /^Recognised: Node application \(package\.json has a/,
    );
    assert.match(configOf(on), /run: 'node --enable-source-maps server\.js', healthy: \{ http: '\/' \}/);
    assert.match(configOf(on), /proxy_pass http:\/\/unix:\/srv\/basket\/current\/app\.sock;/);
    assert.match(ended(await on.cutover('units', '--set', 'processManager=systemd-user'), 0).out, /server\.js"/);
  });

  it('says that the address of the host is to be put in when none was given', async (t) => {
    const on = empty(t);
    assert.match(
      ended(await on.cutover('init', '--yes'), 0).out,
      /Put the address of your host in the place of server\.example\.com/,
    );
  });

  it('is silent about git in a repository with a commit', async (t) => {
    const on = empty(t);
    repository(on.app, { 'index.html': '' });
    assert.doesNotMatch(ended(await on.cutover('init', '--yes'), 0).out, /git/);
  });

  for (const [name, words] of [
    ['cutover.config.ts', /cutover\.config\.ts is there already\. Remove it first, or run init without --yes/],
    ['cutover.config.yaml', /There is a config already: cutover\.config\.yaml/],
    ['cutover.d.ts', /cutover\.d\.ts is there already and is not Cutover's/],
  ] as const)
    it(`never writes over a ${name} unasked`, async (t) => {
      const on = empty(t, { [name]: 'mine' });
      assert.match(ended(await on.cutover('init', '--yes'), 3).err, words);
      assert.equal(readFileSync(join(on.app, name), 'utf8'), 'mine');
      assert.equal(existsSync(join(on.app, 'cutover.d.ts')), name === 'cutover.d.ts');
    });

  it('writes its own types anew', async (t) => {
    const on = empty(t);
    writeFileSync(join(on.app, 'cutover.d.ts'), `${typesShim().split('\n')[0]}\nold\n`);
    ended(await on.cutover('init', '--yes'), 0);
    assert.equal(readFileSync(join(on.app, 'cutover.d.ts'), 'utf8'), typesShim());
  });

  it('asks nothing where nobody can be asked', async (t) => {
    const on = empty(t);
    assert.match(ended(await on.cutover('init'), 3).err, /Nobody can be asked here: say --yes, and --stage, --host/);
    assert.equal(existsSync(join(on.app, 'cutover.config.ts')), false);
  });

  for (const [args, words] of [
    [['--stage', 'a b'], /^--stage a b: Letters, digits/],
    [['--host', '-oProxyCommand=x'], /^--host -oProxyCommand=x: Name a host/],
    [['--path', 'srv'], /^--path srv: It must begin with "\/"/],
  ] as const)
    it(`refuses an answer that no config takes: ${args.join(' ')}`, async (t) => {
      const on = empty(t);
      const [option, value] = args;
      assert.match(ended(await on.cutover('init', '--yes', `${option}=${value}`), 2).err, words);
      assert.equal(existsSync(join(on.app, 'cutover.config.ts')), false);
    });
});
