import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as pty from '@lydell/node-pty';
import { shellThere } from '../../src/cli/commands/ssh.ts';
import { startCall } from '../kit/call.ts';
import { hostOf } from '../kit/hosts.ts';
import { startSshd, writeSshConfig } from '../kit/sshd.ts';
import { until } from '../kit/until.ts';
import { workspace } from '../source/kit.ts';
import { ended, project } from './kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('cutover ssh', () => {
  it('names the hosts when there are several and none is named', async (t) => {
    const call = ended(await project(t).cutover('ssh'), 2);
    assert.equal(call.err, 'Which host? Name one: cutover ssh <host>. There are one and two.\n');
  });

  it('names the known hosts when it is not one of them', async (t) => {
    assert.match(
      ended(await project(t).cutover('ssh', 'on'), 2).err,
      /No host is called “on”\.\s+Did you mean “one”\?/,
    );
  });

  it('opens a shell of this machine in the deploy path of a local host, whatever that shell ends with', async (t) => {
    const on = project(t);
    const shell = join(on.directory, 'shell');
    const seen = join(on.directory, 'seen');
    writeFileSync(shell, `#!/bin/sh\n{ pwd; echo "$@"; } > '${seen}'\nexit 7\n`, { mode: 0o755 });
    mkdirSync(on.path('two'), { recursive: true });
    ended(await on.cutoverIn({ env: { ...on.outside.env, SHELL: shell } }, 'ssh', 'two'), 0);
    assert.equal(spawnSync('cat', [seen], { encoding: 'utf8' }).stdout, `${on.path('two')}\n-l\n`);
  });

  it('says so when the shell cannot be started', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const call = ended(await on.cutoverIn({ env: { ...on.outside.env, SHELL: '/nowhere/sh' } }, 'ssh'), 3);
    assert.match(call.err, /does not exist yet: nothing was deployed\.\n\/nowhere\/sh could not be started/);
  });

  it('asks ssh for a terminal, addresses the host as every other command does, and keeps the agent here', () => {
    const host = hostOf('web1', { address: '10.0.0.7', port: 2222, user: 'deploy' });
    const { command, args } = shellThere(host, { configFile: '/tmp/config' });
    assert.equal(command, 'ssh');
    assert.equal(
      args.slice(0, -1).join(' '),
      '-t -a -F /tmp/config -p 2222 -l deploy -o RemoteCommand=none -- 10.0.0.7',
    );
  });

  it('gives a terminal on a host behind a real sshd, in the deploy path, also with a config for tunnels', async (t) => {
    const server = await startSshd();
    t.after(() => server.stop());
    const on = project(t, { hosts: { web1: { local: false } } });
    mkdirSync(on.path('web1'), { recursive: true });
    const lines = ['StdinNull yes', 'SessionType none', 'ForkAfterAuthentication yes'];
    const config = writeSshConfig(on.directory, [{ alias: 'web1', sshd: server, lines }]);
    const env = { ...on.outside.env, CUTOVER_SSH_CONFIG: config, TERM: 'xterm' } as Record<string, string>;
    const terminal = pty.spawn(process.execPath, [main, 'ssh', 'web1'], { cwd: on.app, env, cols: 200, rows: 30 });
    let screen = '';
    terminal.onData((text) => (screen += text));
    const exit = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    terminal.write('pwd; test -t 0 && echo "it is" a terminal; exit 9\r');
    assert.equal(await exit, 0);
    await until('all is printed', () => screen.includes('it is a terminal'));
    assert.ok(screen.includes(`${on.path('web1')}\r\n`), screen);
  });

  it('ends with 3 when ssh could not connect, and leaves it to ssh to say why', async (t) => {
    const on = project(t, { hosts: { gone: { local: false, address: '127.0.0.1', port: 1 } } });
    const call = await startCall(['ssh'], { cwd: on.app, env: on.outside.env }).ended;
    assert.match(ended(call, 3).err, /Connection refused/);
  });

  for (const shell of ['sh', 'bash', 'fish', 'zsh', 'busybox sh'])
    it(`lands in the deploy path when the login shell is ${shell}`, (t) => {
      const path = join(workspace(t), "it's the $HOME");
      mkdirSync(path);
      const login = join(path, 'login');
      writeFileSync(login, '#!/bin/sh\npwd\n', { mode: 0o755 });
      const remote = shellThere(hostOf('web1', { deployPath: path }), {}).args.at(-1) ?? '';
      const [command = '', ...first] = shell.split(' ');
      const { stdout, stderr } = spawnSync(command, [...first, '-c', remote], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: path, SHELL: login },
      });
      assert.equal(stdout, `${path}\n`, stderr);
    });
});
