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
import { digest, isClosed } from '../../../src/cli/ahead/inputs.ts';
import { remember } from '../../../src/cli/ahead/remembered.ts';
import { allGone, childrenOf, ownChildren } from '../../kit/processes.ts';
import { ended, shop } from '../../kit/shop.ts';
import { until } from '../../kit/until.ts';
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
  const options = { args: ['status'], directory, env: { HOME: directory, TARGET: 'a', SHLVL: '1' }, version: '1.0.0' };
  const { version } = options;
  remember(options, {
    version,
    config: { file: config, digest: digest('{}') },
    hosts: { web1: { args: ['--', 'web1', 'run {nonce}'], input: 'be {nonce}' } },
    trees: {},
    revision: null,
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
    'Cutover has another version': () => ({ version: '1.0.1' }),
    'somebody else may have written what is remembered': ({ file }) => chmodSync(file, 0o666),
    'it was remembered by a Cutover that looked no revision up ahead': ({ file }) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(',"revision":null', '')),
    'what is remembered of the revision is damaged': ({ file }) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('"revision":null', '"revision":{"ref":"main"}')),
    'what is remembered is damaged': ({ file }) => writeFileSync(file, '{"version":"1.0.0","hosts":{"web1":1}}'),
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

describe('A config follows from its text', () => {
  const cases: readonly (readonly [file: string, text: string, closed: boolean])[] = [
    ['a.json', '{ "a": "import x from \'y\'" }', true],
    ['a.yaml', 'a: 1', true],
    ['a.ts', `import { defineConfig } from 'cutover';\nexport default defineConfig({ a: process.env['A'] });`, true],
    ['a.mjs', 'export default {};', true],
    ['a.ts', `import { hosts } from './hosts.ts';\nexport default { hosts };`, false],
    ['a.ts', `import './side.ts';\nexport default {};`, false],
    ['a.ts', `export { default } from "./other.ts";`, false],
    ['a.ts', `import { readFileSync } from 'node:fs';\nexport default {};`, false],
    ['a.ts', `export default await import('./other.ts');`, false],
    ['a.mjs', `const fs = process.getBuiltinModule('fs');\nexport default {};`, false],
    ['a.mjs', `import { createRequire } from 'cutover';\nexport default require('./x');`, false],
    ['a.mjs', 'export default await (await fetch("http://x")).json();', false],
  ];
  for (const [file, text, closed] of cases)
    it(`${closed ? 'alone' : 'and more'}: ${file}: ${text.replaceAll('\n', ' ')}`, () => {
      assert.equal(isClosed(file, text), closed);
    });
});
