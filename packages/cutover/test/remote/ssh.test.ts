import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UnreachableReason } from '../../src/model/failure.ts';
import type { Channel } from '../../src/remote/channel.ts';
import type { Handover } from '../../src/remote/left.ts';
import { isOpenFailure, type OpenFailure, type Segment } from '../../src/remote/session.ts';
import { openShared } from '../../src/remote/shared-connection.ts';
import { openSsh } from '../../src/remote/ssh.ts';
import { quote } from '../../src/shell/text.ts';
import { hostOf } from '../kit/hosts.ts';
import { allGone, childrenOf, ownChildren } from '../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';
import { makeLoginShell } from '../kit/shells.ts';
import { type ConfigEntry, type Sshd, startSshd, writeSshConfig } from '../kit/sshd.ts';
import { until } from '../kit/until.ts';
import { hostileText } from './contract/openings.ts';
import { runOn } from './contract/world.ts';
import { keepTheContract, stopGraceMs } from './contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-ssh-'));
const started: Sshd[] = [];
after(async () => {
  await Promise.all(started.map((sshd) => sshd.stop()));
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});

/** Never aborted. */
const patient = new AbortController().signal;

keepTheContract('By ssh', (kind) => {
  const shell = makeLoginShell(directory, kind);
  let starting: Promise<Sshd> | null = null;
  return async (opening, handover) => {
    starting ??= start({ shell: [shell] });
    return opened(open(configFor([{ alias: 'web1', sshd: await starting }]), { opening, handover }));
  };
});

describe('A login shell that', () => {
  const noisy = 'echo "Welcome to web1"; echo "a warning" >&2; sleep 0.3';
  for (const [title, options] of [
    ['prints text and is slow', { rc: noisy }],
    ['reads all that is sent while it starts', { rc: 'timeout 0.5 cat' }],
    ['is dash', { shell: ['/bin/dash'] }],
    ['is bash', { shell: ['/bin/bash'] }],
    ['is busybox', { shell: ['/bin/busybox', 'sh'] }],
    ['is fish', { shell: ['/usr/bin/fish'] }],
    ['is zsh', { shell: ['/usr/bin/zsh'] }],
    ['is csh', { shell: ['/bin/tcsh'] }],
  ] as const)
    it(`${title} is no hindrance`, async (context) => {
      const shell = 'shell' in options ? options.shell[0] : '/bin/sh';
      if (!existsSync(shell)) return context.skip(`${shell} is not installed`);
      const opening = segmentOf([stepOf('one', `printf %s ${quote(hostileText)}`)]);
      const session = await opened(open(configFor([{ alias: 'web1', sshd: await start(options) }]), { opening }));
      const first = await runOn(session, opening);
      assert.deepEqual([first.failure, first.text], [null, hostileText]);
      assert.deepEqual(await runOn(session, opening), first);
      await session.close();
    });
});

describe('A host that cannot be reached', () => {
  let sshd: Sshd;
  let other: Sshd;
  let silent: Server;
  before(async () => {
    [sshd, other] = await Promise.all([start(), start()]);
    silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  after(() => silent.close());

  const cases: readonly (readonly [UnreachableReason, () => Partial<ConfigEntry> | Promise<Partial<ConfigEntry>>])[] = [
    ['unknown-host-key', () => ({ lines: ['UserKnownHostsFile /dev/null'] })],
    ['changed-host-key', () => ({ sshd: { ...sshd, hostKey: other.hostKey } })],
    ['key-refused', () => ({ sshd: { ...sshd, identity: other.identity } })],
    ['connection-refused', () => ({ sshd: { ...sshd, port: 1 } })],
    ['connection-dropped', () => ({ lines: ['ProxyCommand false'] })],
    // Longer than a name may be: refused before anybody is asked.
    ['name-not-found', () => ({ lines: [`HostName ${'x'.repeat(300)}`] })],
    ['no-answer', () => ({ lines: [`Port ${portOf(silent)}`] })],
    ['no-shell', async () => ({ sshd: await start({ shell: ['/bin/false'] }) })],
    ['no-shell', async () => ({ sshd: await start({ rc: 'echo This account is not available.; exit 1' }) })],
    ['unknown', () => ({ lines: ['KexAlgorithms diffie-hellman-group1-sha1'] })],
  ];
  for (const [reason, entry] of cases)
    it(`says ${reason}`, async () => {
      const config = configFor([{ alias: 'web1', sshd, ...(await entry()) }]);
      const connectMs = reason === 'no-answer' ? 1000 : 30_000;
      const failure = await openSsh({
        host: hostOf('web1'),
        client: { configFile: config },
        connectMs,
        signal: patient,
      });
      assert.ok(isOpenFailure(failure) && failure.kind === 'unreachable');
      assert.equal(failure.reason, reason, failure.message);
    });

  it('says no-ssh when there is no ssh client', async () => {
    const client = { command: '/nonexistent/ssh' };
    const failure = await openSsh({ host: hostOf('web1'), client, connectMs: 1000, signal: patient });
    assert.ok(isOpenFailure(failure) && failure.kind === 'unreachable');
    assert.equal(failure.reason, 'no-ssh');
  });

  it('is given up when the opening is cancelled', async () => {
    const config = configFor([{ alias: 'web1', sshd, lines: [`Port ${portOf(silent)}`] }]);
    const stop = new AbortController();
    const opening = open(config, { signal: stop.signal });
    stop.abort();
    assert.deepEqual(await opening, { kind: 'cancelled' });
  });
});

describe('A connection that the user shares', () => {
  it('is used, and where it is dead the host is asked over another one', async (t) => {
    const sshd = await start();
    const path = join(mkdtempSync(join(directory, 'shared-')), 'master');
    const configFile = configFor([{ alias: 'web1', sshd, lines: [`ControlPath ${path}`] }]);
    const master = spawn('ssh', ['-F', configFile, '-M', '-N', 'web1'], { stdio: 'ignore' });
    t.after(() => master.kill('SIGKILL'));
    await until('the connection is shared', () => existsSync(path));
    const logins = () => childrenOf(sshd.pid).length;
    const reach = () =>
      openShared({ host: hostOf('web1'), client: { configFile }, connectMs: 3000, signal: patient, stopGraceMs });
    const over = await opened(reach());
    assert.equal(logins(), 1);
    await over.close();
    master.kill('SIGSTOP');
    const apart = await opened(reach());
    assert.equal(logins(), 2);
    await apart.close();
  });
});

describe('A config that was written for something else than commands', () => {
  for (const lines of [
    ['StdinNull yes'],
    ['SessionType none'],
    ['SessionType subsystem'],
    ['ForkAfterAuthentication yes'],
  ])
    it(`is no hindrance with ${lines.join()}`, async () => {
      const session = await opened(open(configFor([{ alias: 'web1', sshd: await start(), lines }])));
      const { failure, text } = await runOn(session, segmentOf([stepOf('one', 'echo there')]));
      assert.deepEqual([failure, text], [null, 'there\n']);
      await session.close();
    });

  it('cannot be of an ssh that knows no such settings, which is told nothing of them', async () => {
    const command = join(directory, 'ssh-8.4');
    const refuse = 'echo "command-line: line 0: Bad configuration option: stdinnull" >&2; exit 255';
    writeFileSync(command, `#!/bin/sh\ncase $* in *StdinNull*) ${refuse} ;; esac\nexec ssh "$@"\n`, { mode: 0o755 });
    const lines = ['IgnoreUnknown UseKeychain', 'UseKeychain yes'];
    const configFile = configFor([{ alias: 'web1', sshd: await start(), lines }]);
    const how = { connectMs: 30_000, signal: patient, stopGraceMs };
    const session = await opened(openSsh({ host: hostOf('web1'), client: { command, configFile }, ...how }));
    const { failure, text } = await runOn(session, segmentOf([stepOf('one', 'echo there')]));
    assert.deepEqual([failure, text], [null, 'there\n']);
    await session.close();
  });
});

describe('A host behind a jump host', () => {
  it('is reached as the user config says', async () => {
    const [bastion, inner] = await Promise.all([start(), start()]);
    const config = configFor([
      { alias: 'web1', sshd: inner, jump: 'bastion' },
      { alias: 'bastion', sshd: bastion },
    ]);
    const session = await opened(open(config));
    const recorder = new Recorder();
    assert.equal(await session.run(segmentOf([stepOf('one', 'echo inside')]), recorder, patient), null);
    assert.equal(recorder.text(), 'inside\n');
    await session.close();
  });
});

describe('A connection that is lost while a step runs', () => {
  it('gives lost, for ever, and nothing runs on at the host', async () => {
    const config = configFor([{ alias: 'web1', sshd: await start() }]);
    const session = await opened(open(config));
    const recorder = new Recorder();
    const script = '(trap "" TERM; sleep 1000 & echo "$!"; wait) & echo "$$"; sleep 0.2; echo up; sleep 1000';
    const running = session.run(segmentOf([stepOf('one', script)]), recorder, patient);
    await recorder.saw('up');
    for (const pid of ownChildren(config)) process.kill(pid, 'SIGKILL');
    assert.equal((await running)?.kind, 'lost');
    assert.equal((await session.run(segmentOf([stepOf('one', ':')]), new Recorder(), patient))?.kind, 'lost');
    await allGone(recorder.text().match(/\d+/g)?.map(Number) ?? []);
    await session.close();
  });
});

describe('A connection that is lost while its opening runs', () => {
  for (const [title, asked] of [
    ['gives lost to the run that asked for it', 'opening'],
    ['gives lost to the run that waits for it', 'another'],
  ] as const)
    it(`${title}, and nothing runs on at the host`, async () => {
      const config = configFor([{ alias: 'web1', sshd: await start() }]);
      const path = join(directory, `pid-${asked}`);
      const opening = segmentOf([stepOf('one', `echo "$$" >${quote(path)}; sleep 1000`)], { id: 'opening' });
      const session = await opened(open(config, { opening }));
      const running = runOn(session, asked === 'opening' ? opening : segmentOf([stepOf('one', 'echo never')]));
      await until('the opening runs', () => existsSync(path) && readFileSync(path, 'utf8') !== '');
      for (const pid of ownChildren(config)) process.kill(pid, 'SIGKILL');
      const { failure, text } = await running;
      assert.deepEqual([failure?.kind, text], ['lost', '']);
      await allGone([Number(readFileSync(path, 'utf8'))]);
      await session.close();
    });
});

describe('A host that falls silent while a step runs', () => {
  it('counts as lost when it answers no question', async () => {
    const sshd = await start();
    const options = ['ServerAliveInterval=1', 'ServerAliveCountMax=1'];
    const client = { configFile: configFor([{ alias: 'web1', sshd }]), options };
    const opening = openSsh({ host: hostOf('web1'), client, connectMs: 30_000, signal: patient, stopGraceMs });
    const session = await opened(opening);
    const recorder = new Recorder();
    const running = session.run(segmentOf([stepOf('one', 'echo "$$ up"; sleep 1000')]), recorder, patient);
    await recorder.saw('up');
    const silenced = childrenOf(sshd.pid);
    for (const pid of silenced) process.kill(pid, 'SIGSTOP');
    const failure = await running;
    for (const pid of silenced) process.kill(pid, 'SIGCONT');
    assert.ok(failure?.kind === 'lost');
    assert.match(failure.message, /not responding/);
    await allGone([Number.parseInt(recorder.text(), 10)]);
    await session.close();
  });
});

async function start(options: Parameters<typeof startSshd>[0] = {}): Promise<Sshd> {
  const sshd = await startSshd(options);
  started.push(sshd);
  return sshd;
}

function configFor(entries: readonly ConfigEntry[]): string {
  return writeSshConfig(mkdtempSync(join(directory, 'config-')), entries);
}

function open(
  configFile: string,
  { signal = patient, opening = null, handover = { left: null } }: Ways = {},
): Promise<Channel | OpenFailure> {
  const how = { connectMs: 30_000, signal, stopGraceMs, opening, handover };
  return openSsh({ host: hostOf('web1'), client: { configFile }, isTimed: true, ...how });
}

interface Ways {
  readonly signal?: AbortSignal;
  readonly opening?: Segment | null | undefined;
  readonly handover?: Handover | undefined;
}

async function opened(opening: Promise<Channel | OpenFailure>): Promise<Channel> {
  const session = await opening;
  assert.ok(!isOpenFailure(session), JSON.stringify(session));
  return session;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
