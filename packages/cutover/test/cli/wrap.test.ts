import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as pty from '@lydell/node-pty';
import { until } from '../kit/until.ts';
import { git } from '../source/kit.ts';
import { ended, project } from './kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const gone = { local: false, address: '127.0.0.1', port: 1 };
const columns = 80;

describe('what is said at a terminal of 80 columns', () => {
  const cases: readonly (readonly [line: string, code: number])[] = [
    ['deploy', 3],
    ['check', 3],
    ['status', 3],
    ['releases', 3],
    ['deploy --set keeep=3 --set tolerated.hosts=1 --set layout=elsewhere', 2],
    ['logs nobody-has-ever-heard-of-such-a-deployment', 3],
    ['plan --ref nonsense-that-nobody-ever-pushed --host one', 3],
  ];
  for (const [line, code] of cases)
    it(`breaks between words alone, and in a pipe not at all: ${line}`, async (t) => {
      const on = project(t, { hosts: { one: {}, gone1: gone, gone2: gone } });
      const args = line.split(' ');
      const piped = ended(await on.cutover(...args), code);
      const seen = ended(await on.cutoverIn({ columns, errColumns: columns }, ...args), code);
      const wide = (text: string) => text.split('\n').filter((row) => row.length > columns);
      assert.deepEqual([...wide(seen.out), ...wide(seen.err)], []);
      assert.ok([...wide(piped.out), ...wide(piped.err)].length > 0);
      assert.deepEqual(words(seen.err), words(piped.err));
    });

  it('breaks sentences of --verbose and logs so, and leaves whole what steps print', async (t) => {
    const printed = `at /srv/${'directory/'.repeat(12)}index.js:1`;
    const hooks = { 'after build': [`echo ${printed}; exit 3`] };
    const on = project(t, { hosts: { one: {} }, config: { hooks } });
    git(on.app, ['commit', '-q', '--allow-empty', '-m', 'word '.repeat(30)]);
    for (const args of [['deploy', '--verbose'], ['logs']]) {
      const { out } = await on.cutoverIn({ columns }, ...args);
      const [first = '', ...wide] = out.split('\n').filter((row) => row.length > columns);
      assert.equal(first, `[one]   ${printed}`);
      assert.deepEqual(
        wide.map((row) => row.includes(printed)),
        [true],
      );
      assert.match(out, /^Deploying shop to production: .*\n {2}word .*\n {2}word /m);
    }
  });

  it('is left whole where JSON is wanted', async (t) => {
    const on = project(t, { hosts: { gone1: gone } });
    const piped = ended(await on.cutover('deploy', '--json'), 3);
    assert.deepEqual(ended(await on.cutoverIn({ errColumns: columns }, 'deploy', '--json'), 3), piped);
  });
});

describe('what is said at a terminal that can only print', () => {
  it('is plain lines: nothing is coloured, moved or written over', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const env = { ...on.outside.env, TERM: 'dumb' } as Record<string, string>;
    const terminal = pty.spawn(process.execPath, [main, 'deploy'], { cwd: on.app, env, cols: columns });
    let said = '';
    terminal.onData((text) => (said += text));
    assert.equal(await new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode))), 0);
    await until('all is printed', () => said.includes('In service on one'));
    assert.match(said, /^\[one\] take the lock\r$/m);
    assert.ok(!said.includes('\x1b'), JSON.stringify(said));
  });
});

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
