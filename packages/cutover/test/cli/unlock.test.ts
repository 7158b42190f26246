import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Holder } from '../../src/model/deployment.ts';
import { documentOf, ended, type Project, project } from './kit.ts';

const usual: Holder = {
  deployment: '20260322153109-k3xq',
  kind: 'deploy',
  by: 'bob@ci',
  pid: 4242,
  since: '2026-03-22T15:31:09Z',
  what: '20260322153109',
};

/** Locks a host as a deployment does; without a holder when there is none. */
function locked(on: Project, host: string, holder: Partial<Holder> | null): void {
  const lock = join(on.path(host), '.cutover/lock');
  mkdirSync(lock, { recursive: true });
  if (holder !== null) writeFileSync(join(lock, 'holder'), `${JSON.stringify({ ...usual, ...holder })}\n`);
}

function isLocked(on: Project, host: string): boolean {
  return existsSync(join(on.path(host), '.cutover/lock'));
}

/** A process id that nobody has: that of a process which has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

describe('cutover unlock', () => {
  it('says so when no host is locked', async (t) => {
    const on = project(t);
    assert.match(ended(await on.cutover('unlock'), 0).out, /No host is locked/);
    assert.deepEqual(documentOf(ended(await on.cutover('unlock', '--json'), 0)), {
      format: 1,
      exit: 0,
      said: 'No host is locked: there is nothing to free.',
    });
  });

  it('shows who holds the lock and leaves it while nobody agrees', async (t) => {
    const on = project(t);
    locked(on, 'one', {});
    locked(on, 'two', {});
    const call = ended(await on.cutover('unlock'), 3);
    assert.match(call.err, /^one and two: It is held by bob@ci since 2026-03-22 15:31 UTC .*20260322153109-k3xq/);
    assert.match(call.err, /say --yes/);
    assert.ok(isLocked(on, 'one'));
  });

  it('frees the locks of all hosts that are locked, with a name or without', async (t) => {
    const on = project(t);
    locked(on, 'two', {});
    const call = ended(await on.cutover('unlock', '--yes'), 0);
    assert.doesNotMatch(call.err, /one/);
    locked(on, 'one', null);
    assert.match(ended(await on.cutover('unlock', '--yes'), 0).err, /one: The lock does not say who holds it/);
    assert.deepEqual([isLocked(on, 'one'), isLocked(on, 'two')], [false, false]);
  });

  it('warns when the holder is a process of this machine that still runs', async (t) => {
    const on = project(t);
    locked(on, 'one', { by: 'bob@laptop', pid: process.pid });
    assert.match(ended(await on.cutover('unlock'), 3).err, new RegExp(`process ${process.pid} still runs`));
    assert.ok(isLocked(on, 'one'));
  });

  for (const [what, holder] of [
    ['has ended', () => ({ by: 'bob@laptop', pid: deadPid() })],
    ['is of another machine', () => ({ by: 'bob@elsewhere', pid: process.pid })],
  ] as const)
    it(`does not warn when the holder ${what}`, async (t) => {
      const on = project(t);
      locked(on, 'one', holder());
      assert.doesNotMatch(ended(await on.cutover('unlock'), 3).err, /still runs/);
    });
});
