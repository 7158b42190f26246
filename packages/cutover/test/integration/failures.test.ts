import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { type ReleaseState, stateOf } from '../../src/model/release.ts';
import type { Call } from '../kit/call.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { keepAside, nothingIsFreed } from '../kit/kept.ts';
import { allGone, childrenOf, isRunning } from '../kit/processes.ts';
import { ended, type Shop, shop, shopForAll, succeeded } from '../kit/shop.ts';
import { makeTools, pathOf } from '../kit/tools.ts';
import { until } from '../kit/until.ts';
import { git, workspace, write } from '../source/kit.ts';

const hosts = ['web1', 'web2'];

describe('when it is broken off in the middle of a hook', () => {
  const opened = shopForAll({ hosts });
  before(async () => succeeded(await opened().cutover('deploy')));

  for (const [signal, by] of [
    ['SIGINT', 'Ctrl-C'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)
    it(`by ${signal}, what runs is ended, everything is put back, locks are given back, exit code 130`, async () => {
      const { site, call, served, processes } = await midHook(opened(), 'build');
      call.kill(signal);
      const stopped = await call.ended;
      ended(stopped, 130);
      assert.match(stopped.out, new RegExp(`  ${by} asked for it to stop\\.`));
      assert.match(stopped.out, /what served before still serves/);
      await allGone(processes);
      asBefore(site, served);
    });

  it('by SIGINT after the activation, what served before serves again, and the next deployment removes what requests may have been in', async () => {
    const { site, call, served, processes } = await midHook(opened(), 'after activate');
    assert.notEqual(site.serves('web2'), served);
    call.kill('SIGINT');
    ended(await call.ended, 130);
    await allGone(processes);
    for (const host of hosts) assert.equal(statesOn(site, host).filter((state) => state === 'failed').length, 1);
    site.configure({});
    succeeded(await site.cutover('deploy'));
    asBefore(site, site.serves('web1'));
  });

  it('by a limit that is reached, it counts as failed and says so', async () => {
    const { site, call, served, processes } = await midHook(opened(), 'build', { limit: '8s' });
    const stopped = await call.ended;
    ended(stopped, 1);
    assert.match(stopped.out, /web\d could not run “wait for ever”: it was stopped after 8 seconds, its limit\./);
    assert.match(stopped.out, /If it needs more time, raise its limit in the config\./);
    await allGone(processes);
    asBefore(site, served);
  });

  for (const [whom, parentOf] of [
    ['ssh client here', (_: Shop, call: Call) => childrenOf(call.pid, 'web2')],
    ['server there', (site: Shop) => childrenOf(site.sshd('web2').pid)],
  ] as const)
    it(`by the death of the ${whom}, the host goes on and is followed again, and all succeeds as if nothing had been`, async () => {
      const site = opened();
      rmSync(join(site.directory, 'go'), { force: true });
      const { call } = await midHook(site, 'after activate', { run: `echo before; ${waitsToGo(site)}; echo after` });
      for (const pid of parentOf(site, call)) process.kill(pid, 'SIGKILL');
      await call.said('[web2] The connection to web2 was lost. It is tried again; what runs there goes on.');
      writeFileSync(join(site.directory, 'go'), '');
      const done = await call.ended;
      succeeded(done);
      assert.match(done.out, /\[web2\] It answers again after .*: nothing was missed\./);
      for (const host of hosts) assert.equal(site.isLocked(host), false, `${host} is locked`);
    });

  it('by the death of a client that is not replaced in time, hooks that never began are not undone, and those that did are', async () => {
    const site = opened();
    const mark = (name: string) => join(site.directory, name);
    const undone = (name: string) => `touch '${mark(name)}-'"$CUTOVER_HOST"`;
    const never = { run: 'true', undo: undone('never') };
    const { call, served, processes } = await midHook(
      site,
      'before activate',
      { undo: undone('begun') },
      { next: [never], limits: { reconnect: '1ms' } },
    );
    for (const pid of childrenOf(call.pid, 'web2')) process.kill(pid, 'SIGKILL');
    ended(await call.ended, 1);
    await allGone(processes);
    for (const host of hosts) {
      assert.ok(existsSync(mark(`begun-${host}`)), `${host} took back the hook that ran`);
      assert.equal(existsSync(mark(`never-${host}`)), false, `${host} took back a hook that never ran`);
    }
    asBefore(site, served);
  });

  it('by a second SIGINT, it leaves at once, says that nothing was taken back, and the hosts end what ran', async () => {
    const { site, call, processes } = await midHook(opened(), 'build', { run: `trap '' TERM; ${waits(opened())}` });
    let isOver = false;
    void call.ended.then(() => {
      isOver = true;
    });
    await until('it leaves', () => isOver || (call.kill('SIGINT'), false));
    const left = await call.ended;
    ended(left, 130);
    assert.match(left.err, /Left at once\. What was begun was not taken back: "cutover status" shows what each host/);
    await allGone(processes);
    await freeAndDeploy(site);
  });

  it('by SIGKILL, current is sound, the lock says whose it was, and unlock frees it', async () => {
    const { site, call, processes } = await midHook(opened(), 'after activate');
    const left = site.serves('web1') ?? '';
    call.kill('SIGKILL');
    await call.ended;
    endAll(processes);
    for (const host of hosts) {
      assert.equal(readlinkSync(join(site.path(host), 'current')), `releases/${left}`);
      assert.equal(stateOf(site.record(host, left)), 'ready');
    }
    site.configure({});
    const refused = await site.cutover('deploy');
    ended(refused, 4);
    assert.match(refused.err, new RegExp(`process ${call.pid}, deployment `));
    assert.match(refused.err, /cutover unlock/);
    await freeAndDeploy(site);
  });
});

describe('when a host stays away', () => {
  it('after it was lost, the others are put back and it is named', async (t) => {
    const site = await shop(t, { hosts });
    succeeded(await site.cutover('deploy'));
    const limits = { reconnect: '2s' };
    const { call, served, processes } = await midHook(site, 'after activate', {}, { limits });
    const lost = site.sshd('web2');
    const sessions = childrenOf(lost.pid);
    await lost.stop();
    for (const pid of sessions) process.kill(pid, 'SIGKILL');
    const stopped = await call.ended;
    ended(stopped, 5);
    assert.match(stopped.out, /and web2 could not be put back/);
    assert.match(stopped.out, /cutover status --stage production --host web2/);
    assert.match(stopped.out, /cutover unlock --stage production --host web2/);
    await allGone(processes.slice(0, 2));
    endAll(processes.slice(2));
    assert.equal(site.serves('web1'), served);
    assert.equal(site.isLocked('web1'), false);
  });

  it('until it has come to the end of everything by itself, that is what is told', async (t) => {
    const site = await shop(t);
    succeeded(await site.cutover('deploy'));
    const go = join(site.directory, 'go');
    const mark = join(site.directory, 'runs');
    const run = `touch '${mark}'; until test -e '${go}'; do sleep 0.1; done`;
    site.configure({ hooks: { build: [run] }, limits: { reconnect: '1ms' } });
    const call = site.start('deploy');
    await until('the hook runs', () => existsSync(mark), call);
    const clients = childrenOf(call.pid, 'web1');
    for (const pid of clients) process.kill(pid, 'SIGSTOP');
    const served = site.serves('web1');
    writeFileSync(go, '');
    await until('the host is done', () => site.serves('web1') !== served && !site.isLocked('web1'), call);
    for (const pid of clients) process.kill(pid, 'SIGKILL');
    const done = await call.ended;
    succeeded(done);
    assert.match(
      done.out,
      /web1 had come to the end of everything while it could not be heard: nothing can be taken back/,
    );
  });

  const reasons: readonly (readonly [string, (site: Shop) => void, RegExp])[] = [
    [
      'because nothing listens there',
      (site) => changeEntry(site, /Port \d+/, 'Port 1'),
      /^web2 could not be reached: the connection was refused\.\nSee that an SSH server runs on web2 /m,
    ],
    [
      'because its host key is unknown',
      (site) => changeEntry(site, /UserKnownHostsFile .*/, 'UserKnownHostsFile /dev/null'),
      /^web2 could not be reached: its host key is not known on this machine\.\nRun `cutover ssh web2`, compare /m,
    ],
    [
      'because it shows another host key',
      (site) => changeEntry(site, /HostKeyAlias .*/, 'HostKeyAlias web1'),
      /^web2 could not be reached: its host key is not the one that this machine knows\.\nIf web2 was set up anew, /m,
    ],
    [
      'because it accepts no key',
      (site) => changeEntry(site, /IdentityFile .*/, `IdentityFile ${site.sshd('web1').identity}`),
      /^web2 could not be reached: it accepted none of your keys\.\nSee with `ssh-add -l` /m,
    ],
    [
      'because its name leads nowhere',
      (site) => changeEntry(site, /HostName .*/, `HostName ${'x'.repeat(300)}`),
      /^web2 could not be reached: its name could not be resolved to an address\.\nSee that the address of web2 /m,
    ],
  ];
  describe('from the beginning', () => {
    const opened = shopForAll({ hosts });
    for (const [title, breakIt, says] of reasons)
      it(`${title}, nothing is changed anywhere, and it says what to do`, async () => {
        const site = opened();
        const config = readFileSync(site.sshConfig, 'utf8');
        breakIt(site);
        const refused = await site.cutover('deploy');
        writeFileSync(site.sshConfig, config);
        ended(refused, 3);
        assert.match(refused.err, says);
        assert.match(refused.err, /\nNothing was changed\.\n$/);
        assert.deepEqual([existsSync(site.path('web1')), existsSync(site.path('web2'))], [false, false]);
      });
  });
});

describe('when the runner of a host is killed while it makes a journal', () => {
  it('that is told as the cause, with what to do, and the next deployment succeeds', async (t) => {
    const tools = workspace(t);
    const once = `[ -e '${tools}/once' ] || { : >'${tools}/once'; kill -KILL "$PPID"; exit 1; }`;
    const instead = { mkfifo: `${once}\nexec /usr/bin/mkfifo "$@"` };
    const site = await shop(t, { sshd: { rc: pathOf(makeTools(join(tools, 'tools'), { instead })) } });
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out, /web1 could not go on: what was to run there was killed before it began\./);
    assert.match(undone.out, /Then run the command again\./);
    assert.match(undone.out, /nothing was in service before/);
    assert.equal(site.isLocked('web1'), false);
    succeeded(await site.cutover('deploy'));
  });
});

describe('when a tool of a host hangs', () => {
  it('the look at it ends with its limit, says so, and changes nothing', async (t) => {
    const tools = join(workspace(t), 'tools');
    const site = await shop(t, { sshd: { rc: pathOf(makeTools(tools, {})) } });
    succeeded(await site.cutover('deploy'));
    rmSync(join(tools, 'git'));
    writeFileSync(join(tools, 'git'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    site.configure({ limits: { step: '2s' } });
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /2 seconds/);
    assert.equal(site.releases('web1').length, 1);
    assert.equal(site.isLocked('web1'), false);
  });
});

describe('when the disk of a host', () => {
  const opened = shopForAll();
  let putBack = (): Promise<void> => assert.fail('Nothing was deployed.');
  let first = '';
  before(async () => {
    first = opened().change({});
    succeeded(await opened().cutover('deploy'));
    putBack = await keepAside(opened());
  });

  /** Null where this user may not mount; the test is skipped then. */
  async function deployedToSmallDisk(t: TestContext, size: string): Promise<Shop | null> {
    const site = opened();
    if (!isMemoryMounted(t, site.path('web1'), `size=${size}`)) return null;
    site.configure({});
    git(site.repository, ['reset', '-q', '--hard', first]);
    await putBack();
    return site;
  }

  it('fills up while the code arrives, everything is put back and the space is given back', async (t) => {
    const site = await deployedToSmallDisk(t, '3m');
    if (site === null) return;
    const served = site.serves('web1');
    // Small on the wire, and larger than the disk when it is unpacked.
    site.change({ 'large.txt': 'x'.repeat(8 * 1024 * 1024) });
    const failed = await site.cutover('deploy');
    ended(failed, 1);
    assert.match(failed.out, noSpace('receive the changed objects and unpack', site));
    asBefore(site, served, ['web1']);
    site.change({ 'large.txt': 'small\n' });
    succeeded(await site.cutover('deploy'));
  });

  it('is full of what is sent, everything is put back and it says so, and so of an artifact', async (t) => {
    const site = await deployedToSmallDisk(t, '3m');
    if (site === null) return;
    const served = site.serves('web1');
    const dist = join(site.directory, 'dist');
    const large = incompressible(4 * 1024 * 1024);
    site.change({ 'large.bin': large });
    write(dist, { 'large.bin': large });
    for (const source of [undefined, { type: 'artifact', path: dist }]) {
      site.configure({ source, assets: [] });
      const failed = await site.cutover('deploy');
      ended(failed, 1);
      assert.match(failed.out, littleSpace('receive the changed objects and unpack', site));
      asBefore(site, served, ['web1']);
      assert.deepEqual(temporaryPacks(site), []);
      assert.deepEqual(readdirSync(join(site.path('web1'), '.cutover/incoming')), []);
    }
    write(dist, { 'large.bin': 'small' });
    succeeded(await site.cutover('deploy'));
    assert.equal(site.read('web1', 'large.bin'), 'small');
  });

  it('is full of what arrived before it is unpacked, the repository stays and nothing is left in it', async (t) => {
    const site = await deployedToSmallDisk(t, '3m');
    if (site === null) return;
    const served = site.serves('web1');
    site.change({ 'large.bin': incompressible(2 * 1024 * 1024) });
    const failed = await site.cutover('deploy');
    ended(failed, 1);
    assert.match(failed.out, noSpace('receive the changed objects and unpack', site));
    assert.doesNotMatch(failed.out, /made anew/);
    assert.deepEqual(temporaryPacks(site), []);
    asBefore(site, served, ['web1']);
    site.change({ 'large.bin': 'small\n' });
    succeeded(await site.cutover('deploy'));
  });

  it('is full already, or has no room for one more file, it says which, and no lock is left behind that nobody holds', async (t) => {
    const site = await deployedToSmallDisk(t, '1m,nr_inodes=1000');
    if (site === null) return;
    const filling = join(site.path('web1'), 'filling');
    mkdirSync(filling);
    for (const [fill, says] of [
      [
        () => writeFileSync(join(filling, '0'), Buffer.alloc(4 * 1024 * 1024)),
        /no space is left on \S+\/web1: \d+ KB of 1 MB are free\./,
      ],
      [
        () => moreAndMoreFiles(filling),
        /no inode is left on \S+\/web1, so no file can be made there, however much space is free: 0 of 1000 are free\./,
      ],
    ] as const) {
      const served = site.serves('web1');
      await nothingIsFreed(site.path('web1'));
      assert.throws(fill, { code: 'ENOSPC' });
      const failed = await site.cutover('deploy');
      assert.notEqual(failed.code, 0);
      assert.match(
        failed.out,
        new RegExp(
          `web1 could not take the lock: ${says.source}\\n(.*\\n)?.*The lock could not be written in .cutover/\\.\\n`,
        ),
      );
      asBefore(site, served, ['web1']);
      for (const file of readdirSync(filling)) rmSync(join(filling, file));
      succeeded(await site.cutover('deploy', '--same'));
    }
  });

  it('is full, or has no room for one more file, from a hook on: it is put back all the same, and the next deployment succeeds', async (t) => {
    const site = await deployedToSmallDisk(t, '3m,nr_inodes=3000');
    if (site === null) return;
    const filling = join(site.path('web1'), 'filling');
    const bytes = `cat /dev/zero > '${filling}/0' || :`;
    const files = `i=0; while : > '${filling}/'$i; do i=$((i + 1)); done || :`;
    for (const [point, fill, says] of [
      ['build', bytes, /No space left on device/],
      ['build', files, /No space left on device/],
      ['after activate', files, /as live: no inode is left on .*\n(.*\n)?.*could not be written down in /],
    ] as const) {
      const served = site.serves('web1');
      site.configure({ hooks: { [point]: [`mkdir -p '${filling}'; (${fill}) 2>/dev/null`] } });
      await nothingIsFreed(site.path('web1'));
      const failed = await site.cutover('deploy');
      ended(failed, 1);
      assert.match(failed.out, says);
      assert.equal(site.serves('web1'), served, `full from the hook at ${point} on`);
      assert.ok(existsSync(join(site.path('web1'), 'current/REVISION')));
      rmSync(filling, { recursive: true });
      site.configure({});
      succeeded(await site.cutover('deploy'));
    }
    // What is recorded once it is confirmed was written with the swap: that needs no room any more.
    const served = site.serves('web1');
    site.configure({ hooks: { 'after activate': [`mkdir -p '${filling}'; (${bytes}) 2>/dev/null`] } });
    succeeded(await site.cutover('deploy'));
    assert.notEqual(site.serves('web1'), served);
    assert.deepEqual(
      [served, site.serves('web1')].map((release) => stateOf(site.record('web1', release ?? ''))),
      ['retired', 'live'],
    );
  });

  it('cannot be written to, the deployment is refused and says what to do', async (t) => {
    const site = userInfo().uid === 0 ? opened() : await shop(t);
    if (!isReadOnly(t, site.path('web1'))) return;
    const refused = await site.cutover('deploy');
    ended(refused, 3);
    assert.match(refused.err, /web1: \S+\/web1 (lies below \S+\/web1, which is mounted for reading only|belongs to)/);
    assert.match(
      refused.err,
      / Nothing is in service there\. On the host: `(sudo mount -o remount,rw|chmod u\+rwx) \S+\/web1`\.\n/,
    );
    assert.match(refused.err, /Nothing was changed\./);
  });
});

interface MidHook {
  readonly site: Shop;
  readonly call: Call;
  /** What every host served before. */
  readonly served: string | null;
  /** What the hook started, on all hosts. */
  readonly processes: readonly number[];
}

/** A deployment whose hook waits on every host, with a child of its own; `next` are hooks after it. */
async function midHook(
  site: Shop,
  point: string,
  more: object = {},
  { next = [], limits = {} }: { next?: readonly object[]; limits?: object } = {},
): Promise<MidHook> {
  const mark = (host: string) => join(site.directory, `hook-${host}`);
  for (const host of hosts) rmSync(mark(host), { force: true });
  const hooks = { [point]: [{ name: 'wait for ever', run: waits(site), ...more }, ...next] };
  site.configure({ hooks, limits });
  const served = site.serves('web1');
  const call = site.start('deploy');
  const hasPids = (host: string) => existsSync(mark(host)) && readFileSync(mark(host), 'utf8').endsWith('\n');
  await until('the hook runs on every host', () => hosts.every(hasPids), call);
  const processes = hosts.flatMap((host) => readFileSync(mark(host), 'utf8').trim().split(' ').map(Number));
  return { site, call, served, processes };
}

/** Tells its processes, by host, and waits. */
function waits(site: Shop): string {
  return `sleep 300 & echo "$$ $!" > '${join(site.directory, 'hook-')}'{{ host }}; wait`;
}

/** Tells its processes, by host, and waits until the case lets it go on. */
function waitsToGo(site: Shop): string {
  const mark = `echo "$$ $$" > '${join(site.directory, 'hook-')}'{{ host }}`;
  return `${mark}; until test -e '${join(site.directory, 'go')}'; do sleep 0.1; done`;
}

/** What goes on without a driver: the hosts would end it after minutes. */
function endAll(processes: readonly number[]): void {
  for (const pid of processes.filter(isRunning)) process.kill(pid, 'SIGKILL');
}

/** After a driver that took nothing back. */
async function freeAndDeploy(site: Shop): Promise<void> {
  site.configure({});
  succeeded(await site.cutover('unlock', '--yes'));
  succeeded(await site.cutover('deploy'));
  for (const host of hosts) assert.equal(site.read(host, 'index.html'), 'first\n');
  for (const host of hosts) assert.equal(site.isLocked(host), false, `${host} is locked`);
}

function asBefore(site: Shop, served: string | null, on = hosts): void {
  for (const host of on) {
    assert.equal(site.serves(host), served, `${host} serves something else`);
    assert.ok(existsSync(join(site.path(host), 'current/REVISION')), `${host} serves something that is not whole`);
    assert.equal(site.isLocked(host), false, `${host} is locked`);
    const states = statesOn(site, host);
    assert.ok(
      states.every((state) => ['live', 'retired', 'ready'].includes(state)),
      `${host} has releases that are ${states.join(', ')}`,
    );
  }
}

/** Of the releases that are there. */
function statesOn(site: Shop, host: string): readonly ReleaseState[] {
  return site.releases(host).map((release) => stateOf(site.record(host, release)));
}

/** Changes how ssh reaches web2. */
function changeEntry(site: Shop, before: RegExp, line: string): void {
  const [entries, last] = readFileSync(site.sshConfig, 'utf8').split(/(?=Host web2\n)/) as [string, string];
  writeFileSync(site.sshConfig, entries + last.replace(before, line));
}

/** For root, everything is writable but a file system that is mounted read-only. */
function isReadOnly(t: TestContext, path: string): boolean {
  if (userInfo().uid === 0) {
    if (!isMemoryMounted(t, path, 'size=1m')) return false;
    execFileSync('mount', ['-o', 'remount,ro', path]);
    return true;
  }
  mkdirSync(path);
  chmodSync(path, 0o555);
  return true;
}

/** What is said of a disk that has nothing left while a step writes to it: when it happens, at the end, and with what to do. */
function noSpace(title: string, site: Shop): RegExp {
  return toldTwice(`web1 could not ${title}: no space is left on ${site.path('web1')}: \\d+ KB of 3 MB are free\\.`);
}

/** The same of one that has not enough left for what is sent. */
function littleSpace(title: string, site: Shop): RegExp {
  const numbers = '\\d+ KB of 3 MB are free, and \\d+ KB were to be written';
  return toldTwice(`web1 could not ${title}: too little space is left on ${site.path('web1')}: ${numbers}\\.`);
}

function toldTwice(headline: string): RegExp {
  return new RegExp(`✗ ${headline}\n(.*\n)* {2}${headline}\n(.*\n)* {2}Make room there, `);
}

/** What git left of packs that did not arrive. */
function temporaryPacks(site: Shop): readonly string[] {
  return readdirSync(join(site.path('web1'), '.cutover/repo.git/objects/pack')).filter((file) =>
    file.startsWith('tmp_'),
  );
}

/** Text that no compression makes smaller by much, the same each time. */
function incompressible(length: number): string {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return String.fromCharCode(33 + ((state >>> 24) % 90));
  };
  return Array.from({ length }, next).join('');
}

function moreAndMoreFiles(directory: string): never {
  for (let i = 0; ; i += 1) writeFileSync(join(directory, `${i}`), '');
}
