import assert from 'node:assert/strict';
import { existsSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { leaveOut } from '../../src/cli/leave-out.ts';
import type { Failure } from '../../src/model/failure.ts';
import { aHook, aHost, settingsFor } from '../kit/wishes.ts';
import { ended, project } from './kit.ts';

describe('a host that does not answer', () => {
  it('is left out where the config tolerates it, which the outcome says, and otherwise nothing is changed', async (t) => {
    const hosts = { one: {}, dead: { local: false, address: '127.0.0.1', port: await closedPort() } };
    const site = project(t, { hosts, config: { tolerate: { hosts: 1 } } });
    const called = ended(await site.cutover('deploy'), 0);
    assert.match(called.out, /dead did not answer and was left out: it keeps what was in service/);
    assert.match(called.out, /dead: not known/);
    assert.doesNotMatch(called.out, /failed without stopping it/);
    const first = readlinkSync(join(site.path('one'), 'current'));
    assert.match(first, /^releases\//);
    ended(await site.cutover('deploy', '--same'), 0);
    assert.match(ended(await site.cutover('rollback'), 0).out, /dead did not answer and was left out/);
    assert.equal(readlinkSync(join(site.path('one'), 'current')), first);
    assert.match(ended(await site.cutover('plan'), 0).out, /^! dead does not answer and is left out: it keeps what/m);
    const strict = project(t, { hosts });
    for (const command of ['plan', 'deploy']) ended(await strict.cutover(command), 3);
    assert.equal(existsSync(strict.path('one')), false);
  });

  const gone: Failure = { kind: 'unreachable', reason: 'no-answer', message: 'No answer.' };
  const cases: readonly (readonly [string, Parameters<typeof settingsFor>[1], Failure, readonly string[], boolean])[] =
    [
      ['few enough are missing', {}, gone, ['b'], true],
      ['too many are missing', {}, gone, ['b', 'c'], false],
      ['its host key has changed', {}, { ...gone, reason: 'changed-host-key' }, ['b'], false],
      [
        'a hook runs nowhere else',
        { hooks: [aHook({ when: 'before', phase: 'activate', hosts: ['b'] })] },
        gone,
        ['b'],
        false,
      ],
      [
        'a hook runs elsewhere too',
        { hooks: [aHook({ when: 'after', phase: 'finish', hosts: ['a', 'b'] })] },
        gone,
        ['b'],
        true,
      ],
    ];
  for (const [name, more, failure, missing, isLeftOut] of cases)
    it(`${isLeftOut ? 'is' : 'is not'} left out when ${name}`, () => {
      const settings = settingsFor(
        ['a', 'b', 'c'].map((host) => aHost(host)),
        { tolerate: { hosts: 1 }, ...more },
      );
      const unseen = missing.map((host) => ({ host: aHost(host), failure, output: '' }));
      const left = leaveOut(settings, unseen);
      assert.equal(left !== null, isLeftOut);
      if (left)
        assert.deepEqual(
          left.settings.hosts.map((host) => host.name),
          ['a', 'c'],
        );
    });
});

/** A loopback port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
