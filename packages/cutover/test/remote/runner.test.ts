import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower } from '../../src/remote/follow.ts';
import type { Handover } from '../../src/remote/left.ts';
import { openLocal } from '../../src/remote/local.ts';
import { plainFrame } from '../../src/remote/packed.ts';
import { noProcessExit, runnerCommand } from '../../src/remote/runner.ts';
import { isOpenFailure, type OpenFailure, type Segment, type Session } from '../../src/remote/session.ts';
import { allGone } from '../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';
import { makeBareShell, placeOf, writeLoginShell } from '../kit/shells.ts';
import type { ToolChanges } from '../kit/tools.ts';
import { until } from '../kit/until.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-runner-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

/** Never aborted. */
const patient = new AbortController().signal;

const usual = { host: 'local', shell: '/bin/sh', connectMs: 30_000, signal: patient, stopGraceMs: 300 };

describe('The command that starts the runner', () => {
  const text = String(runnerCommand('abc', 5000));

  it('is one line with one quoted word, and nothing in it that csh or fish would read', () => {
    assert.equal(text.split("'").length, 3);
    assert.doesNotMatch(text, /\n|![^ ]|\\['\\]/);
  });

  it('is short, and with any word no longer than every server takes', () => {
    assert.ok(text.length < 1200);
    for (const bytes of [0, 5000, 7000, 7800, 7900, 20_000])
      assert.ok(String(runnerCommand('0'.repeat(24), 1_000_000, 'x'.repeat(bytes))).length < 9000);
  });
});

describe('A runner that cannot take in what it was sent', () => {
  it('ends as whatever else ends it would: what it has started is told to leave', () => {
    const input = Buffer.concat([plainFrame('leave() { echo left; }'), Buffer.from('packed 3\nxyz')]);
    const { status, stdout } = spawnSync('/bin/sh', ['-c', String(runnerCommand('abc'))], { input, encoding: 'utf8' });
    assert.equal(status, noProcessExit);
    assert.match(stdout, /^left$/m);
  });
});

describe('An opening', () => {
  it('is seen in no list of processes and in no environment', async () => {
    const script = 'ps -A -o args | grep "needle in the [h]ay" || :; env | grep CUTOVER || :; echo end';
    const opening = segmentOf([stepOf('one', `: needle in the hay\n${script}`)]);
    const session = await opened('/bin/sh', opening);
    const recorder = new Recorder();
    assert.equal(await session.run(opening, recorder, patient), null);
    assert.equal(recorder.text(), 'end\n');
    await session.close();
  });

  it('is not found in the environment of the login shell', async () => {
    const shell = writeLoginShell(join(directory, 'login-before'), 'CUTOVER_INPUT="echo never"; export CUTOVER_INPUT');
    const session = await opened(shell);
    const recorder = new Recorder();
    await session.run(segmentOf([stepOf('one', 'echo "${CUTOVER_INPUT-none}"')]), recorder, patient);
    assert.equal(recorder.text(), 'none\n');
    await session.close();
  });
});

describe('A host that lacks a tool', () => {
  const hostWith = (name: string, tools: ToolChanges) => makeBareShell(directory, name, tools);
  const plainDd = `case $* in *fullblock*) exit 1;; esac\nexec ${placeOf('dd')} "$@"`;
  const common = ['sh', 'env', 'cat', 'mkdir', 'rm', 'sleep', 'tr', 'sha256sum'];

  it('whose dd knows no fullblock still takes exactly what was sent', async () => {
    const session = await opened(hostWith('plain-dd', { only: [...common, 'setsid'], instead: { dd: plainDd } }));
    const recorder = new Recorder();
    const payload = { bytes: 9, path: join(directory, 'data'), read: () => Readable.from([Buffer.from('nine\nmore')]) };
    const steps = [stepOf('one', 'cat "$CUTOVER_PAYLOAD"; echo "$TOKEN"', { secrets: ['TOKEN'] })];
    const failure = await session.run(segmentOf(steps, { payload, secrets: { TOKEN: 'x y' } }), recorder, patient);
    assert.deepEqual([failure, recorder.text()], [null, 'nine\nmorex y\n']);
    await session.close();
  });

  it('without setsid has its process groups made by perl', async () => {
    const session = await opened(hostWith('perl', { only: [...common, 'dd', 'perl'] }));
    const stop = new AbortController();
    const recorder = new Recorder();
    const running = session.run(
      segmentOf([stepOf('one', '(sleep 1000 & echo "$!"; echo up; wait)')]),
      recorder,
      stop.signal,
    );
    await recorder.saw('up');
    stop.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    await allGone([Number.parseInt(recorder.text(), 10)]);
    await session.close();
  });

  it('without setsid and perl is refused: nothing could be stopped there', async () => {
    const failure = await open(hostWith('neither', { only: [...common, 'dd'] }));
    assert.ok(isOpenFailure(failure) && failure.kind === 'unreachable');
    assert.equal(failure.reason, 'no-shell');
    assert.match(failure.message, /neither setsid nor perl/);
  });
});

describe('A detached segment that no driver comes back for', { concurrency: true }, () => {
  it('does not begin any more when it was given up while its journal was being made', async () => {
    const [journal, go, effect] = [
      join(directory, '.cutover/runs/test/slow'),
      join(directory, 'go'),
      join(directory, 'effect'),
    ];
    const segment = segmentOf([stepOf('one', `touch '${effect}'`)], { journal });
    const bin = join(directory, 'slow');
    mkdirSync(bin);
    const slow = `#!/bin/sh\nuntil test -e '${go}'; do sleep 0.05; done\nexec ${placeOf('mkfifo')} "$@"\n`;
    writeFileSync(join(bin, 'mkfifo'), slow, { mode: 0o755 });
    const shell = writeLoginShell(join(directory, 'login-slow'), `PATH='${bin}':$PATH`);
    const first = await openLocal({ ...usual, shell });
    assert.ok(!isOpenFailure(first));
    const running = first.run(segment, new Recorder(), patient);
    await until('it is claimed', () => existsSync(journal));
    const follower = new Follower(segment, { seq: 0, nonce: 'abc', joins: null }, new Recorder());
    const later = await openLocal({ ...usual, handover: { left: { segment, follower } } });
    assert.ok(!isOpenFailure(later));
    const lost = await later.run(segment, new Recorder(), patient);
    assert.ok(lost?.kind === 'lost' && lost.isFinal === true, JSON.stringify(lost));
    writeFileSync(go, '');
    const supervisor = join(journal, 'supervisor');
    await until('its supervisor is there', () => existsSync(supervisor) && readFileSync(supervisor, 'utf8') !== '');
    await allGone([Number.parseInt(readFileSync(supervisor, 'utf8'), 10)]);
    first.kill();
    await running;
    assert.equal(existsSync(effect), false);
    await later.close();
  });

  it('does what it tells and nothing after that, when its supervisor is killed in the moment in which the shell of its steps begins', async () => {
    const bin = join(directory, 'killing');
    mkdirSync(bin);
    const killing = `#!/bin/sh\n[ $# -gt 1 ] || kill -9 "$PPID"\nexec ${placeOf('setsid')} "$@"\n`;
    writeFileSync(join(bin, 'setsid'), killing, { mode: 0o755 });
    const shell = writeLoginShell(join(directory, 'login-killing'), `PATH='${bin}':$PATH`);
    const effect = (round: number): string => join(directory, `effect-${round}`);
    const failures: (string | undefined)[] = [];
    for (let round = 0; round < 4; round += 1) {
      const session = await opened(shell);
      const journal = join(directory, '.cutover/runs/test', `killing-${round}`);
      const segment = segmentOf([stepOf('one', `sleep 0.5; touch '${effect(round)}'`)], { journal });
      failures.push((await session.run(segment, new Recorder(), patient))?.kind);
      await session.close();
    }
    await sleep(1000);
    assert.deepEqual(
      failures.map((_, round) => existsSync(effect(round))),
      failures.map((kind) => kind === undefined),
    );
  });

  it('is ended by its host, with all that it started, and says so to whoever asks later', async () => {
    const handover: Handover = { left: null };
    const [journal, recorder] = [join(directory, '.cutover/runs/test/1'), new Recorder()];
    const segment = segmentOf([stepOf('one', 'sleep 1000 & echo "$!"; echo up; wait')], { journal });
    const session = await openLocal({ ...usual, lease: 1, handover });
    assert.ok(!isOpenFailure(session));
    const running = session.run(segment, recorder, patient);
    await recorder.saw('up');
    session.kill();
    await running;
    await until('the host ends it', () => existsSync(join(journal, 'status')));
    assert.equal(readFileSync(join(journal, 'status'), 'utf8'), 'abandoned\n');
    await allGone([Number.parseInt(recorder.text(), 10)]);
    const later = await openLocal({ ...usual, handover });
    assert.ok(!isOpenFailure(later));
    assert.deepEqual(await later.run(segment, recorder, patient), { kind: 'exit', code: 143 });
    assert.match(recorder.text(), /the host ended this step by itself/);
    await later.close();
  });

  it('that is asked for again when it is over adds nothing to the data of the next one, however slowly that arrives', async () => {
    const own = join(directory, 'arriving/.cutover');
    mkdirSync(join(own, 'lock'), { recursive: true });
    writeFileSync(join(own, 'lock/holder'), '{"deployment":"test","by":"ann"}\n');
    const over = segmentOf([stepOf('one', ':')], { journal: join(own, 'runs/earlier/1') });
    const first = await opened('/bin/sh');
    assert.equal(await first.run(over, new Recorder(), patient), null);
    await first.close();
    await until('it is over', () => existsSync(join(own, 'runs/earlier/1/status')));
    const payload = { bytes: 9, path: join(own, 'data'), read: () => Readable.from(beatenOn(join(own, 'lock'))) };
    const next = segmentOf([stepOf('one', 'cat "$CUTOVER_PAYLOAD"')], { journal: join(own, 'runs/test/2'), payload });
    const [session, recorder] = [await opened('/bin/sh'), new Recorder()];
    assert.equal(await session.run(over, new Recorder(), patient), null);
    assert.equal(await session.run(next, recorder, patient), null);
    assert.equal(recorder.text(), 'nine\nmore');
    await session.close();
  });

  it('is not ended while its driver beats, and the lock of its deployment is kept warm', async () => {
    const own = join(directory, 'beats/.cutover');
    mkdirSync(join(own, 'lock'), { recursive: true });
    writeFileSync(join(own, 'lock/holder'), '{"deployment":"test","by":"ann"}\n');
    const journal = join(own, 'runs/test/1');
    const script = `until test -e '${own}/lock/heartbeat'; do sleep 0.1; done; sleep 8; echo well`;
    const session = await openLocal({ ...usual, lease: 4 });
    assert.ok(!isOpenFailure(session));
    const recorder = new Recorder();
    assert.equal(await session.run(segmentOf([stepOf('one', script)], { journal }), recorder, patient), null);
    assert.equal(recorder.text(), 'well\n');
    await session.close();
  });
});

describe('A detached segment that is stopped before what watches over it has begun', () => {
  it('is cancelled, and runs nothing of its steps', async () => {
    const [begins, effect] = [join(directory, 'begins'), join(directory, 'effect-of-stopped')];
    const setsid = `[ $# -eq 1 ] || { : > '${begins}'; sleep 1; }\nexec ${placeOf('setsid')} "$@"`;
    const session = await opened(makeBareShell(directory, 'late', { instead: { setsid } }));
    const stop = new AbortController();
    const journal = join(directory, '.cutover/runs/test/stopped');
    const segment = segmentOf([stepOf('one', `sleep 1000; touch '${effect}'`)], { journal });
    const running = session.run(segment, new Recorder(), stop.signal);
    await until('it begins', () => existsSync(begins));
    stop.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    assert.equal(existsSync(effect), false);
    await session.close();
  });
});

describe('A shell that is none', () => {
  for (const [title, shell, message] of [
    ['is missing', '/nonexistent/sh', /could not be started: ENOENT/],
    ['ends at once', '/bin/false', /exit code 1/],
  ] as const)
    it(`that ${title} gives no session`, async () => {
      const failure = await open(shell);
      assert.ok(isOpenFailure(failure) && failure.kind === 'unreachable');
      assert.equal(failure.reason, 'no-shell');
      assert.match(failure.message, message);
    });

  it('that says nothing is given up', async () => {
    const silent = join(directory, 'silent');
    writeFileSync(silent, '#!/bin/sh\nexec sleep 1000\n');
    chmodSync(silent, 0o755);
    const failure = await openLocal({ host: 'local', shell: silent, connectMs: 200, signal: patient });
    assert.ok(isOpenFailure(failure) && failure.kind === 'unreachable');
    assert.match(failure.message, /did not answer in 200 ms/);
  });
});

/** Data that comes when the host has heard a beat since it waits for it. */
async function* beatenOn(lock: string): AsyncGenerator<Buffer> {
  await until('the host hears a beat', () => existsSync(join(lock, 'heartbeat')));
  yield Buffer.from('nine\nmore');
}

function open(shell: string, opening: Segment | null = null): Promise<Session | OpenFailure> {
  return openLocal({ host: 'local', shell, connectMs: 30_000, signal: patient, stopGraceMs: 300, opening });
}

async function opened(shell: string, opening?: Segment): Promise<Session> {
  const session = await open(shell, opening);
  assert.ok(!isOpenFailure(session), JSON.stringify(session));
  return session;
}
