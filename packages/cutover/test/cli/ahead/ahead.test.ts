import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { CalledAhead } from '../../../src/cli/ahead/ahead.ts';
import { digest } from '../../../src/cli/ahead/inputs.ts';
import { remember } from '../../../src/cli/ahead/remembered.ts';
import { recipes } from '../../../src/recipes/index.ts';
import { configWith, settingsOf } from '../../config/kit.ts';
import { allGone, childrenOf, ownChildren } from '../../kit/processes.ts';
import { ended, shop } from '../../kit/shop.ts';
import { until } from '../../kit/until.ts';
import { settingsFor } from '../../kit/wishes.ts';
import { workspace } from '../../source/kit.ts';

/** A command whose host was reached before, with a program in the place of ssh that says that it was begun and waits. */
function known(t: TestContext) {
  const directory = workspace(t);
  const begun = join(directory, 'begun');
  const config = join(directory, 'cutover.config.json');
  const path = process.env['PATH'];
  writeFileSync(config, '{}');
  mkdirSync(join(directory, 'bin'));
  writeFileSync(join(directory, 'bin/ssh'), `#!/bin/sh\necho "$@" > '${begun}'\nwhile read -r line; do :; done\n`, {
    mode: 0o755,
  });
  process.env['PATH'] = `${directory}/bin:${path}`;
  t.after(() => (process.env['PATH'] = path));
  const options = { args: ['status'], directory, env: { HOME: directory, TARGET: 'a', SHLVL: '1' }, edition: '1.0.0' };
  const { edition } = options;
  remember(options, {
    edition,
    config: { file: config, digest: digest('{}') },
    hosts: { web1: { args: ['--', 'web1', 'run {nonce}'], input: 'be {nonce}' } },
    trees: {},
    revision: null,
    settings: null,
  });
  const calls = join(directory, '.cache/cutover/calls');
  const [file = ''] = readdirSync(calls);
  return { options, config, begun, file: join(calls, file) };
}

describe('A connection that is begun ahead', () => {
  it('goes where the same command went, with a nonce of its own, and is ended when nobody takes it', async (t) => {
    const { options, begun } = known(t);
    const ahead = new CalledAhead(options);
    await until('ssh is begun', () => existsSync(begun) && readFileSync(begun, 'utf8') !== '');
    assert.match(readFileSync(begun, 'utf8'), /^-- web1 run [0-9a-f]{16}\n$/);
    const children = ownChildren(join(options.directory, 'bin/ssh'));
    assert.equal(children.length, 1);
    ahead.close();
    await allGone(children);
  });

  it('is handed out once, whatever the shell is that the command was given in', (t) => {
    const { options } = known(t);
    const ahead = new CalledAhead({ ...options, env: { ...options.env, SHLVL: '2' } });
    const taken = ahead.take('web1');
    assert.deepEqual([taken?.args.at(-1), taken?.input], [`run ${taken?.nonce}`, `be ${taken?.nonce}`]);
    assert.equal(ahead.take('web1'), null);
    taken?.child.kill('SIGKILL');
  });

  type Known = ReturnType<typeof known>;
  const otherwise: Readonly<Record<string, (known: Known) => Partial<Known['options']> | void>> = {
    'the config has changed': ({ config }) => writeFileSync(config, '{ }'),
    'the config is gone': ({ config }) => rmSync(config),
    'a variable has another value': ({ options }) => ({ env: { ...options.env, TARGET: 'b' } }),
    'other arguments are given': () => ({ args: ['status', '--host', 'web2'] }),
    'Cutover has another version': () => ({ edition: '1.0.1' }),
    'somebody else may have written what is remembered': ({ file }) => chmodSync(file, 0o666),
    'it was remembered by a Cutover that looked no revision up ahead': ({ file }) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(',"revision":null', '')),
    'what is remembered of the revision is damaged': ({ file }) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('"revision":null', '"revision":{"ref":"main"}')),
    'what is remembered is damaged': ({ file }) => writeFileSync(file, '{"edition":"1.0.0","hosts":{"web1":1}}'),
  };
  for (const [what, change] of Object.entries(otherwise))
    it(`is not begun where ${what}`, (t) => {
      const found = known(t);
      const ahead = new CalledAhead({ ...found.options, ...change(found) });
      assert.equal(ahead.take('web1'), null);
    });

  it('is taken by the same command, and is the only one', async (t) => {
    const site = await shop(t);
    const log = join(site.directory, 'begun');
    appendFileSync(site.sshConfig, `\nMatch exec "echo >> '${log}'; false"\n`);
    const begun = (): number => readFileSync(log, 'utf8').length;
    const remembered = (): string => {
      const directory = join(process.env['XDG_CACHE_HOME'] || join(site.directory, '.cache'), 'cutover/calls');
      return readdirSync(directory)
        .map((name) => readFileSync(join(directory, name), 'utf8'))
        .join('\n');
    };
    for (const times of [1, 2, 3]) {
      ended(await site.start('status').ended, 0);
      assert.equal(begun(), times);
      assert.match(remembered(), /"web1"/);
    }
    site.configure({ keep: 4 });
    ended(await site.start('status').ended, 0);
    assert.equal(begun(), 4);
    await until('no session is left', () => childrenOf(site.sshd('web1').pid).length === 0);
  });
});

describe('What a config came to the last time', () => {
  it('is had by the same command in place of the config, and by no other', (t) => {
    const { options, config } = known(t);
    const settings = settingsFor([]);
    const found = { file: config, text: '{}' };
    const first = new CalledAhead(options);
    assert.equal(first.known(found), null);
    first.settled({ ...found, isConstant: true }, settings);
    first.close();
    const second = new CalledAhead(options);
    assert.deepEqual(second.known(found), settings);
    assert.equal(second.known({ ...found, text: '{ }' }), null);
    assert.equal(second.known({ ...found, file: `${config}x` }), null);
    assert.equal(new CalledAhead({ ...options, args: ['status', '--stage', 'b'] }).known(found), null);
    assert.equal(new CalledAhead({ ...options, edition: '1.0.1' }).known(found), null);
  });

  it('is not kept where it holds secrets', (t) => {
    const { options, config, file } = known(t);
    const found = { file: config, text: '{}' };
    const ahead = new CalledAhead(options);
    ahead.settled({ ...found, isConstant: true }, settingsFor([], { secrets: { TOKEN: 'never to be kept' } }));
    ahead.close();
    assert.doesNotMatch(readFileSync(file, 'utf8'), /never to be kept/);
    assert.equal(new CalledAhead(options).known(found), null);
  });

  it('is not kept where it may be something else the next time', (t) => {
    const { options, config } = known(t);
    const found = { file: config, text: '{}' };
    const ahead = new CalledAhead(options);
    ahead.settled({ ...found, isConstant: false }, settingsFor([]));
    ahead.close();
    assert.equal(new CalledAhead(options).known(found), null);
  });

  it('is the same as it was read, for every recipe', () => {
    for (const recipe of Object.keys(recipes)) {
      const settings = settingsOf(
        configWith({ recipe, hooks: { build: ['make'] }, limits: {}, checks: [{ http: 'http://localhost/' }] }),
      );
      assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings, recipe);
    }
  });
});
