import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Host } from '../../src/model/host.ts';
import { type FleetOptions, openFleet } from '../../src/remote/fleet.ts';
import { Gate } from '../../src/remote/gate.ts';
import { Handshakes } from '../../src/remote/handshakes.ts';
import { firstHop } from '../../src/remote/route.ts';
import { type Fleet, isOpenFailure, type OpenFailure, type Session } from '../../src/remote/session.ts';
import type { SshClient } from '../../src/remote/ssh.ts';
import { quote } from '../../src/shell/text.ts';
import { hostOf } from '../kit/hosts.ts';
import { ownChildren } from '../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';
import { type ConfigEntry, type Sshd, startSshd, writeSshConfig } from '../kit/sshd.ts';
import { runOn } from './contract/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-fleet-'));
const started: Sshd[] = [];
after(async () => {
  await Promise.all(started.map((sshd) => sshd.stop()));
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});

/** Never aborted. */
const patient = new AbortController().signal;

describe('A fleet', () => {
  it('runs on four hosts at once, and on this machine', async () => {
    const hosts = ['web1', 'web2', 'web3', 'web4'].map((name) => hostOf(name));
    const sshds = await Promise.all(hosts.map(() => start()));
    const fleet = fleetOf([...hosts, hostOf('me', { transport: 'local' })], entriesFor(hosts, sshds));
    const names = [...hosts.map((host) => host.name), 'me'];
    assert.deepEqual(await Promise.all(names.map((name) => says(fleet, name))), names);
    const recorder = new Recorder();
    await fleet.here().run(segmentOf([stepOf('one', 'echo here')]), recorder, patient);
    assert.equal(recorder.text(), 'here\n');
    await fleet.close();
  });

  it('uses a session again, and opens a new one when it was lost', async () => {
    const host = hostOf('web1');
    const fleet = fleetOf([host], entriesFor([host], [await start()]));
    const [first, together] = await Promise.all([fleet.session('web1', patient), fleet.session('web1', patient)]);
    assert.equal(first, together);
    assert.equal(await fleet.session('web1', patient), first);
    const recorder = new Recorder();
    const running = opened(first).run(segmentOf([stepOf('one', 'echo up; sleep 1000')]), recorder, patient);
    await recorder.saw('up');
    for (const pid of ownChildren(directory)) process.kill(pid, 'SIGKILL');
    assert.equal((await running)?.kind, 'lost');
    const second = await fleet.session('web1', patient);
    assert.notEqual(second, first);
    assert.equal(await says(fleet, 'web1'), 'web1');
    await fleet.close();
  });

  it('begins each new session with its opening, after a loss too', async () => {
    const [web1, me] = [hostOf('web1'), hostOf('me', { transport: 'local' })];
    const runs = join(directory, 'runs');
    const opening = ({ name }: Host) => segmentOf([stepOf('one', `echo ${name} >>${quote(runs)}; echo ${name}`)]);
    const fleet = fleetOf([web1, me], entriesFor([web1], [await start()]), opening);
    const hear = async (host: Host) => runOn(opened(await fleet.session(host.name, patient)), opening(host));
    assert.equal((await hear(web1)).text, 'web1\n');
    assert.equal((await hear(me)).text, 'me\n');
    assert.equal(readFileSync(runs, 'utf8'), 'web1\nme\n');
    const recorder = new Recorder();
    const session = opened(await fleet.session('web1', patient));
    const running = session.run(segmentOf([stepOf('one', 'echo up; sleep 1000')]), recorder, patient);
    await recorder.saw('up');
    for (const pid of ownChildren(directory)) process.kill(pid, 'SIGKILL');
    assert.equal((await running)?.kind, 'lost');
    assert.equal((await hear(web1)).text, 'web1\n');
    assert.equal(readFileSync(runs, 'utf8'), 'web1\nme\nweb1\n');
    await fleet.close();
  });

  it('takes 50 hosts through one bastion that drops logins above ten', async () => {
    const hosts = Array.from({ length: 50 }, (_, index) => hostOf(`web${index}`));
    const [bastion, inner] = await Promise.all([start({ maxStartups: '10:30:100' }), start()]);
    const behind = hosts.map((host) => ({ alias: host.name, sshd: inner, jump: 'bastion' }));
    const fleet = fleetOf(hosts, [...behind, { alias: 'bastion', sshd: bastion }]);
    const said = await Promise.all(hosts.map((host) => says(fleet, host.name)));
    assert.deepEqual(
      said,
      hosts.map((host) => host.name),
    );
    await fleet.close();
  });

  it('gives up what it is opening when it is closed', async () => {
    const fleet = fleetOf([hostOf('web1')], entriesFor([hostOf('web1')], [await start({ rc: 'sleep 1000' })]));
    const opening = fleet.session('web1', patient);
    await fleet.close();
    assert.deepEqual(await opening, { kind: 'cancelled' });
  });
});

describe('Handshakes', () => {
  const dropped: OpenFailure = { kind: 'unreachable', reason: 'connection-dropped', message: '' };
  const refused: OpenFailure = { kind: 'unreachable', reason: 'key-refused', message: '' };

  for (const [title, answer, tries] of [
    ['are made again when the connection was dropped, with growing pauses', dropped, 6],
    ['are made once when the reason will not pass', refused, 1],
  ] as const)
    it(title, async () => {
      const pauses: number[] = [];
      const dice = { random: () => 0.5, sleep: async (ms: number) => void pauses.push(ms) };
      let count = 0;
      const open = async () => {
        count++;
        return answer;
      };
      assert.equal(await new Handshakes({}, dice, 1).make(hostOf('web1'), open, patient), answer);
      assert.equal(count, tries);
      assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000].slice(0, tries - 1));
    });

  for (const [title, word, calls] of [
    ['ask ssh once for all hosts when no file of its config speaks of a jump', 'User', 1],
    ['ask ssh for each host when a file that is read for others speaks of a jump', 'ProxyJump', 13],
  ] as const)
    it(title, async () => {
      const hosts = Array.from({ length: 12 }, (_, index) => hostOf(`web${index}`));
      const ssh = countingSsh(word);
      const handshakes = new Handshakes(ssh.client, { random: Math.random, sleep: async () => {} }, hosts.length);
      await Promise.all(hosts.map((host) => handshakes.make(host, async () => refused, patient)));
      assert.equal(ssh.calls(), calls);
    });

  it('are eight at a time with one server as soon as it drops one, whatever names it has', async () => {
    const hosts = Array.from({ length: 20 }, (_, index) => hostOf(`web${index}`));
    const ssh = countingSsh('User');
    const handshakes = new Handshakes(ssh.client, { random: Math.random, sleep: async () => {} }, hosts.length);
    const allAtOnce = Promise.withResolvers<void>();
    let first = 0;
    let inside = 0;
    let most = 0;
    const opening = () => {
      let isFirst = true;
      return async () => {
        if (isFirst) {
          isFirst = false;
          if (++first === hosts.length) allAtOnce.resolve();
          await allAtOnce.promise;
          return dropped;
        }
        most = Math.max(most, ++inside);
        await wait(1);
        inside--;
        return refused;
      };
    };
    await Promise.all(hosts.map((host) => handshakes.make(host, opening(), patient)));
    assert.equal(most, 8);
  });

  it('pass a gate so many at a time, in order', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const passing = ends.map((end, index) =>
      gate.pass(() => {
        begun.push(index);
        return end.promise;
      }),
    );
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.resolve();
    await passing[1];
    await wait(0);
    assert.deepEqual(begun, [0, 1, 2]);
    for (const end of ends) end.resolve();
    await Promise.all(passing);
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });
});

describe('The server that a connection comes to first', () => {
  for (const [title, settings, server] of [
    ['is the host itself', 'user x\nhostname 10.0.0.1\nport 2222\n', '10.0.0.1 2222'],
    ['is the jump host', 'hostname 10.0.0.1\nport 22\nproxyjump me@bastion:2200\n', 'jump me@bastion:2200'],
    ['is the first of several jump hosts', 'hostname 10.0.0.1\nproxyjump a,b\n', 'jump a'],
    ['is not known when ssh says nothing', '', null],
  ] as const)
    it(title, () => assert.equal(firstHop(settings), server));
});

function fleetOf(
  hosts: readonly Host[],
  entries: readonly ConfigEntry[],
  opening: NonNullable<FleetOptions['opening']> = () => null,
): Fleet {
  const configFile = writeSshConfig(mkdtempSync(join(directory, 'config-')), entries);
  const sleep = (ms: number) => wait<void>(ms);
  const client = { configFile };
  return openFleet({ hosts, connectMs: 60_000, client, stopGraceMs: 400, random: Math.random, sleep, opening });
}

/** An ssh whose config reads another file for other hosts; it tells how often it was called. */
function countingSsh(word: 'User' | 'ProxyJump'): { readonly client: SshClient; readonly calls: () => number } {
  const place = mkdtempSync(join(directory, 'counting-'));
  const [config, others, command, log] = ['config', 'others', 'ssh', 'log'].map((name) => join(place, name)) as Four;
  writeFileSync(others, `${word} somebody\n`, { mode: 0o600 });
  writeFileSync(config, `Host other\n  Include ${others}\nHost *\n  HostName 127.0.0.1\n`, { mode: 0o600 });
  writeFileSync(command, `#!/bin/sh\necho called >>${quote(log)}\nexec ssh "$@"\n`, { mode: 0o755 });
  const calls = () => readFileSync(log, 'utf8').split('\n').length - 1;
  return { client: { command, configFile: config }, calls };
}

type Four = [string, string, string, string];

function entriesFor(hosts: readonly Host[], sshds: readonly Sshd[]): readonly ConfigEntry[] {
  return hosts.flatMap((host, index) => {
    const sshd = sshds[index];
    return sshd === undefined ? [] : [{ alias: host.name, sshd }];
  });
}

async function says(fleet: Fleet, name: string): Promise<string> {
  const recorder = new Recorder();
  const session = opened(await fleet.session(name, patient));
  const failure = await session.run(segmentOf([stepOf('one', `printf %s ${name}`)]), recorder, patient);
  assert.equal(failure, null);
  return recorder.text();
}

function opened(session: Session | OpenFailure): Session {
  assert.ok(!isOpenFailure(session), JSON.stringify(session));
  return session;
}

async function start(options: Parameters<typeof startSshd>[0] = {}): Promise<Sshd> {
  const sshd = await startSshd(options);
  started.push(sshd);
  return sshd;
}
