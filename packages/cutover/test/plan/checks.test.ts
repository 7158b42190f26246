import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Check } from '../../src/model/settings.ts';
import { check } from '../../src/plan/steps/check.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { placeFor, type Run, shells } from '../kit/place.ts';
import { makeTools, pathOf } from '../kit/tools.ts';
import { aHost } from '../kit/wishes.ts';
import { workspace } from '../source/kit.ts';

const retry = { withinMs: 1000, everyMs: 500 };
const limits = { connectMs: 10_000, reconnectMs: 120_000, stepMs: 12_000, transferMs: 60_000, hookMs: 60_000 };

describe('a check', () => {
  it('of an address that takes connections and never answers ends by itself, and says so in its own words', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const url = `http://127.0.0.1:${address.port}/`;
    const wanted: Check = {
      kind: 'http',
      name: url,
      url,
      from: 'host',
      resolve: null,
      headers: {},
      expect: { status: 200, body: null, headers: {} },
      retry,
      hosts: ['web1'],
    };
    const place = placeFor(t, emptyHost(), { checks: [wanted], limits });
    const step = check(place.job, place.site.host, wanted);
    const ended = place.run(step.script, { limitMs: step.limitMs });
    assert.equal(ended.status, 1, ended.said);
    assert.match(ended.said, new RegExp(`^No answer from ${url}`));
  });

  for (const shell of shells) {
    it(`by a command is tried in ${shell.join(' ')} until it passes`, (t) => {
      const run = 'printf . >> tries; [ "$(wc -c < tries)" -ge 3 ]';
      const wanted: Check = {
        kind: 'command',
        name: 'up',
        run,
        retry: { withinMs: 60_000, everyMs: 10 },
        hosts: ['lb'],
      };
      const ended = onBareHost(t, wanted, shell);
      assert.deepEqual(ended, { status: 0, said: '' });
    });

    it(`by a command is tried as long in ${shell.join(' ')} though the clock of the host is set forward and back meanwhile`, (t) => {
      const tried = (set: string, { run, withinMs }: { run: string; withinMs: number }) => {
        const date = `[ -e asked ] && exec /bin/date -d '${set}' "$@"; : > asked; exec /bin/date "$@"`;
        const tools = makeTools(join(workspace(t), 'tools'), { instead: { date } });
        const wanted: Check = { kind: 'command', name: 'up', run, retry: { withinMs, everyMs: 10 }, hosts: ['lb'] };
        return onBareHost(t, wanted, shell, { first: pathOf(tools), limitMs: 10_000 }).status;
      };
      const third = 'printf . >> tries; [ "$(wc -c < tries)" -ge 3 ]';
      assert.equal(tried('5 hours', { run: third, withinMs: 60_000 }), 0);
      assert.equal(tried('5 hours ago', { run: 'false', withinMs: 100 }), 1);
    });

    it(`by a command runs in ${shell.join(' ')} on a host that receives no code and has no deploy path`, (t) => {
      const wanted: Check = { kind: 'command', name: 'up', run: 'test ! -e current', retry, hosts: ['lb'] };
      assert.deepEqual(onBareHost(t, wanted, shell, {}, 'nowhere'), { status: 0, said: '' });
    });
  }
});

function onBareHost(
  t: Parameters<typeof placeFor>[0],
  wanted: Check,
  shell: (typeof shells)[number],
  how: Run = {},
  below = '',
): ReturnType<ReturnType<typeof placeFor>['run']> {
  const place = placeFor(t, emptyHost(), { checks: [wanted], limits });
  const host = aHost('lb', { receivesCode: false, deployPath: join(place.path, below) });
  return place.run(check(place.job, host, wanted).script, { shell, ...how });
}
