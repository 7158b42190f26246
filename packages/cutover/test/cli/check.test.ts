import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Finding } from '../../src/report/findings/finding.ts';
import { documentOf, ended, type Project, project } from './kit.ts';

async function findings(on: Project, code: number): Promise<readonly Finding[]> {
  return documentOf<{ findings: readonly Finding[] }>(ended(await on.cutover('check', '--json'), code)).findings;
}

function found(all: readonly Finding[], name: Finding['name'], host = 'one'): Finding | undefined {
  return all.find((finding) => finding.name === name && finding.host === host);
}

describe('cutover check', () => {
  it('finds fresh hosts ready, and makes no deploy path', async (t) => {
    const on = project(t);
    const call = ended(await on.cutover('check'), 0);
    assert.match(call.out, /All 2 hosts are ready for a deployment/);
    assert.equal(existsSync(on.path('one')), false);
  });

  it('agrees with what deploy then does: a missing shared file is a problem of both, in the same words', async (t) => {
    const on = project(t, { config: { shared: { files: ['.env'] } } });
    const finding = found(await findings(on, 3), 'shared-files');
    assert.equal(finding?.level, 'problem');
    assert.match(
      finding?.sentence ?? '',
      /\.env must exist before the first deployment\. Send it with "cutover env push"/,
    );
    assert.ok(ended(await on.cutover('deploy', '--host', 'one'), 3).err.includes(finding?.sentence ?? '-'));
  });

  it('takes a held lock for a warning: it passes by itself', async (t) => {
    const on = project(t);
    mkdirSync(join(on.path('one'), '.cutover/lock'), { recursive: true });
    const all = await findings(on, 0);
    assert.equal(found(all, 'lock')?.level, 'warning');
    assert.equal(found(all, 'lock', 'two')?.level, 'ok');
  });

  it('says which tool made a deploy path, and how its releases are taken over', async (t) => {
    const on = project(t, { config: { layout: 'shared' }, hosts: { one: {} } });
    const path = on.path('one');
    for (const release of ['1', '2']) mkdirSync(join(path, 'releases', release), { recursive: true });
    mkdirSync(join(path, '.dep'));
    const row = (name: string) =>
      JSON.stringify({ created_at: '2026-03-22T15:31:09+0000', release_name: name, user: 'bob', target: 'HEAD' });
    writeFileSync(join(path, '.dep/releases_log'), `${row('1')}\n${row('2')}\n`);
    writeFileSync(join(path, '.dep/latest_release'), '2');
    symlinkSync('releases/2', join(path, 'current'));
    const finding = found(await findings(on, 0), 'adoptable');
    assert.match(
      finding?.sentence ?? '',
      /Made by Deployer: found \d releases?.*"cutover adopt" or the first deployment/,
    );
  });

  it('mends with --fix what is safe, once that was agreed to, and leaves all else', async (t) => {
    const on = project(t, { hosts: { one: {}, two: {} } });
    mkdirSync(join(on.path('one'), '.cutover'), { recursive: true });
    chmodSync(on.path('one'), 0o777);
    assert.deepEqual(found(await findings(on, 0), 'writers')?.fixes, [
      { kind: 'change-mode', path: on.path('one'), change: 'o-w' },
    ]);
    assert.match(ended(await on.cutover('check', '--fix'), 3).err, /one: chmod o-w '.*the one'\n[^]*say --yes/);
    assert.deepEqual([existsSync(on.path('two')), statSync(on.path('one')).mode & 0o777], [false, 0o777]);
    const call = ended(await on.cutover('check', '--fix', '--yes', '--json'), 0);
    assert.deepEqual([existsSync(on.path('two')), statSync(on.path('one')).mode & 0o777], [true, 0o775]);
    const after = documentOf<{ findings: readonly Finding[] }>(call).findings;
    assert.deepEqual(
      after.filter(({ fixes }) => fixes.length > 0),
      [],
    );
    assert.match(ended(await on.cutover('check', '--fix', '--yes'), 0).err, /nothing here that --fix may change/);
  });

  it('names a host that cannot be reached beside those that can', async (t) => {
    const on = project(t, { hosts: { one: {}, gone: { local: false, address: '127.0.0.1', port: 1 } } });
    const all = await findings(on, 3);
    assert.equal(found(all, 'reachable')?.level, 'ok');
    assert.deepEqual(
      all.filter(({ host }) => host === 'gone').map(({ name, level }) => [name, level]),
      [['reachable', 'problem']],
    );
  });

  it('asks a host of workers for their units, and for no web server', async (t) => {
    const on = project(t, {
      hosts: { one: { roles: ['web'] }, two: { roles: ['worker'] } },
      config: {
        recipe: 'node',
        processManager: 'systemd-user',
        app: { roles: ['web'], process: { run: 'node server.js', roles: ['web'] } },
        workers: [{ name: 'queue', run: 'node worker.js', roles: ['worker'] }],
      },
    });
    const all = await findings(on, 3);
    assert.match(found(all, 'units', 'one')?.sentence ?? '', /^The unit shop-production-app@\.service is not there/);
    assert.match(found(all, 'units', 'two')?.sentence ?? '', /^The unit shop-production-queue@\.service is not there/);
    assert.deepEqual([found(all, 'web-server')?.level, found(all, 'web-server', 'two')], ['warning', undefined]);
  });

  it('wants no deploy path of a host where only hooks run', async (t) => {
    const on = project(t, { hosts: { one: {}, two: { receivesCode: false } } });
    const all = await findings(on, 0);
    assert.deepEqual(
      all.filter(({ host }) => host === 'two').map(({ name }) => name),
      ['reachable', 'clock'],
    );
  });
});
