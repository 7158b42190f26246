import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as pty from '@lydell/node-pty';
import { quote } from '../../src/shell/text.ts';
import { compiled } from '../kit/call.ts';
import { until } from '../kit/until.ts';
import { write } from '../source/kit.ts';
import { ended, type Project, project } from './kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

const stages = {
  production: {
    hosts: {
      web1: { local: true, path: '/x', roles: ['app'], labels: { at: 'eu' } },
      web2: { local: true, path: '/y' },
    },
  },
  staging: { hosts: { 'test[1:2]': { local: true, path: '/z[1:2]', roles: ['app', 'db'] } } },
};

/** The words that are proposed for the last of these. */
async function words(on: Project, ...line: readonly string[]): Promise<readonly string[]> {
  const { out } = ended(await on.cutover('__complete', '--', ...line), 0);
  return out.split('\n').flatMap((row) => row.split('\t')[0] || []);
}

const cases: readonly (readonly [line: readonly string[], expected: readonly string[]])[] = [
  [['ro'], ['rollback']],
  [['deploy', '--sta'], ['--stage']],
  [
    ['deploy', '--stage', ''],
    ['production', 'staging'],
  ],
  [['deploy', '-s', 'st'], ['staging']],
  [['deploy', '--stage=st'], ['--stage=staging']],
  [['deploy', '--stage', '=', 'st'], ['staging']],
  [
    ['deploy', '--stage', '='],
    ['production', 'staging'],
  ],
  [
    ['deploy', '--stage', 'staging', '--host', ''],
    ['test1', 'test2'],
  ],
  [['deploy', '--stage=staging', '--role', 'd'], ['db']],
  [
    ['deploy', '--host', 'web'],
    ['web1', 'web2'],
  ],
  [['deploy', '--label', ''], ['at=eu']],
  [
    ['ssh', 'web'],
    ['web1', 'web2'],
  ],
  [['deploy', '--host', 'web1', '--ho'], ['--host']],
  [['deploy', '--json', '--js'], []],
  [
    ['env', ''],
    ['push', 'pull', 'diff', 'help'],
  ],
  [['env', 'push', ''], [':files']],
  [['deploy', '--config', ''], [':files']],
  [['exec', '--', ''], [':files']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['help', 'roll'], ['rollback']],
  [['nonsense', ''], []],
  [['deploy', '--nonsense', '--js'], ['--json']],
  [['deploy', '--stage', 'nonsense', '--host', ''], []],
];

describe('completion', () => {
  const ends: (() => unknown)[] = [];
  let on: Project;
  before(() => {
    on = project({ after: (end) => void ends.push(end) }, { config: { stages } });
  });
  after(() => {
    for (const end of ends) end();
  });
  for (const [line, expected] of cases)
    it(`proposes for "${line.join(' ')}": ${expected.join(' ') || 'nothing'}`, async () => {
      assert.deepEqual(await words(on, ...line), expected);
    });

  it('proposes every command that help names, with a few words, and nothing that is hidden', async (t) => {
    const { out } = ended(await project(t).cutover('__complete', '--', ''), 0);
    assert.match(out, /^deploy\tPut a new release in service/m);
    assert.doesNotMatch(out, /__complete/);
  });

  it('proposes releases and deployments that were made from here', async (t) => {
    const on = project(t);
    ended(await on.cutover('deploy'), 0);
    const [release = ''] = await words(on, 'rollback', '');
    assert.match(release, /^\d{14}$/);
    assert.deepEqual(await words(on, 'plan', '--rollback', release.slice(0, 4)), [release]);
    assert.match((await words(on, 'logs', '')).join(), new RegExp(`^${release}-\\w{4}$`));
  });

  it('is silent where there is no config or a broken one', async (t) => {
    const on = project(t);
    write(on.app, { 'cutover.config.json': '{ broken' });
    const call = ended(await on.cutover('__complete', '--', 'deploy', '--stage', ''), 0);
    assert.deepEqual(call, { code: 0, out: '', err: '' });
  });

  it('has scripts for three shells and no others', async (t) => {
    assert.match(ended(await project(t).cutover('completion', 'csh'), 2).err, /There is one for bash, zsh, fish/);
  });
});

/** A project with `cutover` in PATH, and the environment of a shell in it. */
function installed(on: Project): Record<string, string> {
  const bin = join(on.directory, 'bin');
  mkdirSync(bin);
  const text = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(main)} "$@"\n`;
  writeFileSync(join(bin, 'cutover'), text, { mode: 0o755 });
  const env = { HOME: on.directory, TERM: 'xterm', PS1: '$ ', LC_ALL: 'C.UTF-8', NODE_COMPILE_CACHE: compiled };
  return { ...env, PATH: `${bin}:${process.env['PATH']}` };
}

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

/** Lines as they are typed before the tab, and what the shell makes of them. */
const typed: readonly (readonly [line: string, becomes: string])[] = [
  ['cutover rollb', 'cutover rollback'],
  ['cutover deploy --stage st', 'cutover deploy --stage staging'],
  ['cutover deploy --stage=st', 'cutover deploy --stage=staging'],
  ['cutover env push cutover.con', 'cutover env push cutover.config.json'],
];

describe('the completion of a real shell', () => {
  it('works in fish', { skip: !has('fish') }, (t) => {
    const on = project(t, { config: { stages } });
    for (const [line, becomes] of typed) {
      const script = `cutover completion fish | source; complete -C ${quote(line)}`;
      const out = execFileSync('fish', ['--no-config', '-c', script], {
        cwd: on.app,
        env: envOnce(on),
        encoding: 'utf8',
      });
      assert.equal(out.trim().split('\t')[0], becomes.split(' ').at(-1));
    }
  });

  for (const [shell, args, setup] of [
    ['bash', ['--norc', '-i'], 'source <(cutover completion bash)'],
    ['zsh', ['-f', '-i'], 'autoload -Uz compinit; compinit -u -D; source <(cutover completion zsh)'],
  ] as const)
    it(`works in ${shell}`, { skip: !has(shell) }, async (t) => {
      const on = project(t, { config: { stages } });
      const terminal = pty.spawn(shell, [...args], { cwd: on.app, env: envOnce(on), cols: 200, rows: 30 });
      const gone = new Promise((resolve) => terminal.onExit(resolve));
      let screen = '';
      terminal.onData((text) => (screen += text));
      terminal.write(`${setup}; echo set"" up\r`);
      await until('the shell is set up', () => screen.includes('set up'));
      for (const [line, becomes] of typed) {
        screen = '';
        terminal.write(`${line}\t`);
        await until(`${line} becomes ${becomes}`, () => shown(screen).includes(becomes));
        terminal.write('\x15\r');
      }
      terminal.write('\x15exit\r');
      await gone;
    });
});

const environments = new WeakMap<Project, Record<string, string>>();

function envOnce(on: Project): Record<string, string> {
  const env = environments.get(on) ?? installed(on);
  environments.set(on, env);
  return env;
}

/** Without what moves the cursor and changes the pen. */
function shown(screen: string): string {
  return screen.replaceAll(/\x1b\[[\d;?]*[A-Za-z]|\x1b[=>]|[\r\x07]/g, '').replaceAll(/.\x08/g, '');
}
