import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as pty from '@lydell/node-pty';
import { makeTools } from '../kit/tools.ts';
import { until } from '../kit/until.ts';
import { ended, type Project, project } from './kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('Ctrl-C', () => {
  it('leaves at once when it comes a second time, with the terminal put right and told how things stand', async (t) => {
    const stubborn = "trap '' INT TERM; echo building; sleep 30 & wait; sleep 30";
    const on = project(t, { hosts: { one: {} }, config: { hooks: { build: [stubborn] } } });
    const env = { ...on.outside.env, TERM: 'xterm' } as Record<string, string>;
    const terminal = pty.spawn(process.execPath, [main, 'deploy'], { cwd: on.app, env, cols: 120, rows: 30 });
    let screen = '';
    terminal.onData((text) => (screen += text));
    const exit = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await until('the hook runs', () => screen.includes('before build'));
    terminal.write('\x03');
    await until('the first is heard', () => screen.includes('asked for it to stop'));
    terminal.write('\x03');
    assert.equal(await exit, 130);
    await until('all is printed', () => screen.includes('Left at once'));
    assert.ok(screen.lastIndexOf('\x1b[?25h') > screen.lastIndexOf('\x1b[?25l'), 'the cursor is shown again');
    assert.match(screen, /"cutover status" shows what each host serves/);
  });

  it('while git looks the revision up changes nothing, and is not told as a failure of git', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const [tools, begun] = [join(on.directory, 'tools'), join(on.directory, 'begun')];
    makeTools(tools, { instead: { git: `[ ! -e '${begun}' ] || exit 1; : >'${begun}'; exec sleep 60` } });
    const env = { ...on.outside.env, PATH: tools };
    const call = spawn(process.execPath, [main, 'deploy'], { cwd: on.app, env, detached: true });
    let said = '';
    for (const stream of [call.stdout, call.stderr]) stream.on('data', (data: Buffer) => (said += String(data)));
    const exit = new Promise<number | null>((resolve) => call.on('close', resolve));
    await until('git runs', () => existsSync(begun));
    process.kill(-(call.pid ?? Number.NaN), 'SIGINT');
    assert.equal(await exit, 130, said);
    assert.equal(said, 'Nothing was changed.\n');
  });
});

describe('a terminal that goes away', () => {
  it('leaves no deployment half done: everything is taken back and the lock is freed', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const mark = (name: string) => join(on.directory, name);
    ended(await on.cutover('deploy'), 0);
    const current = join(on.path('one'), 'current');
    const served = readlinkSync(current);
    // What it prints when it is closed meets nobody, and the undo prints as well.
    const hook = {
      run: `touch '${mark('began')}'; sleep 30`,
      undo: `echo undoing; sleep 1; touch '${mark('taken-back')}'`,
    };
    configure(on, { hooks: { 'after activate': [hook] } });
    const window = openWindow(on);
    t.after(() => window.kill('SIGKILL'));
    await until('the hook runs', () => existsSync(mark('began')));
    assert.notEqual(readlinkSync(current), served);
    window.kill('SIGKILL');
    await until('the lock is freed', () => !existsSync(join(on.path('one'), '.cutover/lock')));
    assert.equal(readlinkSync(current), served);
    assert.ok(existsSync(mark('taken-back')), 'the undo of the hook has run');
  });
});

/** A terminal in a process of its own, which holds the one end of it, with a deployment in it. */
function openWindow({ app, outside }: Project): ChildProcess {
  const program = `
    import * as pty from '@lydell/node-pty';
    pty.spawn(process.execPath, [${JSON.stringify(main)}, 'deploy'], { env: process.env, cwd: ${JSON.stringify(app)} }).onData(() => {});
  `;
  const args = ['--input-type=module', '-e', program];
  return spawn(process.execPath, args, { cwd: import.meta.dirname, env: outside.env, stdio: 'ignore' });
}

function configure(on: Project, more: object): void {
  const file = join(on.app, 'cutover.config.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...more }));
}
