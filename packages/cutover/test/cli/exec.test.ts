import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodeEvents } from '../../src/events/ndjson.ts';
import { ended, project } from './kit.ts';

describe('cutover exec', () => {
  it('runs in the release in service, and works before there is one', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    assert.equal(ended(await on.cutover('exec', '--', 'echo yes'), 0).out, 'yes\n');
    ended(await on.cutover('deploy'), 0);
    assert.equal(ended(await on.cutover('exec', '--', 'pwd'), 0).out, `${on.path('one')}/current\n`);
  });

  it('prints the bare output of a single host, byte for byte', async (t) => {
    const on = project(t);
    const call = ended(await on.cutover('exec', '--host', 'one', '--', String.raw`printf 'a\033[31m\n\tb'`), 0);
    assert.deepEqual(call, { code: 0, out: 'a\x1b[31m\n\tb', err: '' });
  });

  it('names the host before each line of several', async (t) => {
    const on = project(t);
    const call = ended(await on.cutover('exec', '--', 'printf "x\\ny"'), 0);
    assert.deepEqual(call.out.trimEnd().split('\n').sort(), ['[one] x', '[one] y', '[two] x', '[two] y']);
  });

  it('keeps what moves the cursor away from a terminal', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const call = await on.cutoverIn({ isTerminal: true }, 'exec', '--', String.raw`printf 'a\033[2Jb\n'`);
    assert.equal(ended(call, 0).out, 'ab\n');
  });

  it('runs one word as shell text and several words as they are', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    assert.equal((await on.cutover('exec', '--', 'echo a  b | tr a-z A-Z')).out, 'A B\n');
    assert.equal((await on.cutover('exec', '--', 'echo', 'a  b', '$HOME', "it's", '|')).out, "a  b $HOME it's |\n");
  });

  it('ends with 1 and says where and why when the command fails', async (t) => {
    const on = project(t);
    const call = ended(await on.cutover('exec', '--host', 'two', '--', 'echo so far; exit 3'), 1);
    assert.equal(call.out, 'so far\n');
    assert.equal(call.err, 'two could not run “echo so far; exit 3”: it ended with exit code 3.\n');
  });

  it('says on how many of several hosts it failed', async (t) => {
    const on = project(t);
    for (const host of ['one', 'two']) mkdirSync(on.path(host), { recursive: true });
    const call = ended(await on.cutover('exec', '--', 'case $PWD in *two) exit 4 ;; esac'), 1);
    assert.match(call.err, /^two could not run .*: it ended with exit code 4\.\nIt failed on 1 of 2 hosts\.\n$/);
  });

  it('prints events with --json', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const { events, unread } = decodeEvents(ended(await on.cutover('exec', '--json', '--', 'exit 9'), 1).out);
    assert.deepEqual(unread, []);
    assert.ok(events.some((event) => event.type === 'step.failed'));
  });

  it('wants a command', async (t) => {
    const { err } = ended(await project(t).cutover('exec', 'ls', '-la'), 2);
    assert.match(
      err,
      /unknown option '-la'\nRun "cutover exec --help" .* like this: cutover exec -- php artisan about/,
    );
    assert.match(ended(await project(t).cutover('exec'), 2).err, /missing required argument/);
    assert.match(ended(await project(t).cutover('env', 'push', '--x'), 2).err, /Run "cutover env push --help"/);
  });
});
