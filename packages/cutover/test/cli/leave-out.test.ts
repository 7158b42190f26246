import assert from 'node:assert/strict';
import { existsSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { leaveOut, wayWithout } from '../../src/cli/leave-out.ts';
import type { Failure, UnreachableReason } from '../../src/model/failure.ts';
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
    for (const command of ['plan', 'deploy'])
      assert.match(
        ended(await strict.cutover(command), 3).err,
        /^To go on without it, leave it out with `--set tolerate\.hosts=1` \(or `tolerate` in the config\), or name the others: `--host one`\.\nNothing was changed\.$/m,
      );
    assert.match(
      ended(await strict.cutover('prune'), 3).err,
      /^To go on without it, name the others: `--host one`\.$/m,
    );
    assert.equal(existsSync(strict.path('one')), false);
    ended(await strict.cutover('deploy', '--set', 'tolerate.hosts=1'), 0);
    ended(await strict.cutover('deploy', '--host', 'one'), 0);
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

describe('the way to go on without hosts that could not be reached', () => {
  const failure = (reason: UnreachableReason): Failure => ({ kind: 'unreachable', reason, message: '' });
  const many = Array.from({ length: 60 }, (_, index) => `web${index + 1}`);
  const others = '`--host a`';
  const cases: readonly (readonly [string, readonly string[], readonly string[], Failure, string | null])[] = [
    [
      'that are only away',
      ['a', 'b'],
      ['b'],
      failure('no-answer'),
      `leave it out with \`--set tolerate.hosts=1\` (or \`tolerate\` in the config), or name the others: ${others}`,
    ],
    [
      'of which one may be another machine',
      ['a', 'b'],
      ['b'],
      failure('changed-host-key'),
      `name the others: ${others}`,
    ],
    [
      'that leave too many to spell out',
      many,
      many.slice(0, 20),
      failure('no-route'),
      'leave them out with `--set tolerate.hosts=20` (or `tolerate` in the config), or name the other hosts with `--host`',
    ],
    ['where nobody is left', ['a', 'b'], ['a', 'b'], failure('no-route'), null],
  ];
  for (const [name, all, missing, why, way] of cases)
    it(`is told of hosts ${name}`, () => {
      const unseen = missing.map((host) => ({ host: aHost(host), failure: why, output: '' }));
      const settings = settingsFor(all.map((host) => aHost(host)));
      const whom = missing.length === 1 ? 'it' : 'them';
      assert.equal(wayWithout(settings, unseen, true), way && `To go on without ${whom}, ${way}.`);
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
