import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { ScriptExit } from '../../../src/model/failure.ts';
import { Follower } from '../../../src/remote/follow.ts';
import type { Handover } from '../../../src/remote/left.ts';
import type { Segment, SegmentStep } from '../../../src/remote/session.ts';
import { isFreed } from '../../kit/kept.ts';
import { allGone, childrenOf } from '../../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../../kit/segments.ts';
import { until } from '../../kit/until.ts';
import type { World } from './world.ts';

const patient = new AbortController().signal;

/** How segments with a journal outlive their connection. */
export function keepsJournals(given: () => World): void {
  let count = 0;
  const journaled = (steps: readonly SegmentStep[], more: Partial<Segment> = {}): Segment => {
    count += 1;
    const journal = join(given().directory, '.cutover', 'runs', 'test', String(count));
    return segmentOf(steps, { id: String(count), journal, ...more });
  };

  it('runs detached: in order, with secrets and data, and nothing of them in its journal', async () => {
    const world = given();
    const read = () => Readable.from([Buffer.from('data')]);
    const payload = { bytes: 4, path: join(world.directory, 'journaled'), read };
    const steps = [
      stepOf('one', 'cat "$CUTOVER_PAYLOAD"; echo; test "$TOKEN" = "s3 cret" && echo told', { secrets: ['TOKEN'] }),
      stepOf('two', 'exit 3', { mayFail: true }),
      stepOf('three', 'echo err >&2; exit 7'),
    ];
    const segment = journaled(steps, { payload, secrets: { TOKEN: 's3 cret' } });
    const { failure, heard } = await world.run(segment);
    assert.deepEqual(failure, { kind: 'exit', code: 7 });
    assert.deepEqual(heard, [
      ['began', 'one'],
      ['output', 'one', 'data\ntold\n'],
      ['ended', 'one', 0],
      ['began', 'two'],
      ['ended', 'two', 3],
      ['began', 'three'],
      ['output', 'three', 'err\n'],
      ['ended', 'three', 7],
    ]);
    assert.equal(statSync(segment.journal ?? '').mode & 0o777, 0o700);
    assert.equal(existsSync(payload.path), false);
    for (const file of ['output', 'supervisor', 'nonce']) assert.doesNotMatch(fileOf(segment, file), /s3 cret/);
  });

  it('shows nothing of where it is among the arguments of its processes, where the pkill of a hook would find it', async () => {
    const world = given();
    const mark = '/releases/20260322120000/';
    const payload = { bytes: 1, path: `${world.directory}${mark}data`, read: () => Readable.from([Buffer.from('x')]) };
    const seen = `seen=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || :)`;
    const script = `m=/releases; m=$m/20260322120000/; ${seen}; case $seen in *"$m"*) echo seen ;; *) echo hidden ;; esac`;
    const look = stepOf('look', `cat "$CUTOVER_PAYLOAD" >/dev/null; ${script}`);
    const segment = { ...journaled([look], { payload }), journal: `${world.directory}${mark}.cutover/runs/test/args` };
    assert.deepEqual((await world.run(segment)).heard[1], ['output', 'look', 'hidden\n']);
  });

  it('runs once, and goes on when its connection is killed: whoever asks again hears all of it, nothing twice', async () => {
    const world = given();
    const trace = join(world.directory, `trace-${count}`);
    const script = `echo ran >>'${trace}'; echo first; until test -e '${trace}.go'; do sleep 0.05; done; echo last`;
    const segment = journaled([stepOf('one', script), stepOf('two', ':')]);
    const lost = await cut(world, segment, 'first');
    writeFileSync(`${trace}.go`, '');
    await until('the segment is over', () => existsSync(join(segment.journal ?? '', 'status')));
    const session = await world.open(undefined, lost.handover);
    assert.equal(await session.run(segment, lost.recorder, patient), null);
    await session.close();
    assert.deepEqual(lost.recorder.heard, (await world.run(segment)).heard);
    assert.equal(lost.recorder.text(), 'first\nlast\n');
    assert.equal(readFileSync(trace, 'utf8'), 'ran\n');
  });

  it('is heard on from any byte: in a mark, in a character of several bytes, before the first and before the last', async () => {
    const world = given();
    const handover: Handover = { left: null };
    const session = await world.open(undefined, handover);
    const before = journaled([stepOf('one', "printf 'before: aé€'")]);
    assert.equal(await session.run(before, new Recorder(), patient), null);
    const segment = journaled([stepOf('one', "printf 'aé€🚀\\036x'"), stepOf('two', 'echo on')]);
    const whole = new Recorder();
    assert.equal(await session.run(segment, whole, patient), null);
    const output = readFileSync(join(before.journal ?? '', 'output'));
    const nonce = wordOf(segment);
    const [text, end] = [output.lastIndexOf('aé'), output.lastIndexOf(' end 0')];
    const inMarks = [0, 1, 10, text - 1, end - 3, end + 2, output.length - 1];
    const inText = Array.from({ length: 13 }, (_, i) => text + i);
    for (const heard of [...inMarks, ...inText]) {
      const recorder = new Recorder();
      const follower = new Follower(segment, { seq: 0, nonce, joins: null }, recorder);
      follower.hear({ kind: 'mark', words: ['started', '0', nonce] });
      follower.hear({ kind: 'bytes', bytes: output.subarray(0, heard) });
      handover.left = { segment, follower };
      assert.equal(await session.run(segment, recorder, patient), null);
      assert.deepEqual(recorder.heard, whole.heard, `from byte ${heard} on`);
    }
    await session.close();
  });

  it('is stopped as a group by a connection that did not begin it', async () => {
    const world = given();
    const script = 'trap "" TERM; (sleep 1000 & echo "$!"; wait) & echo "$!"; sleep 0.2; echo up; wait';
    const segment = journaled([stepOf('one', script)]);
    const lost = await cut(world, segment, 'up');
    const session = await world.open(undefined, lost.handover);
    assert.deepEqual(await session.run(segment, lost.recorder, AbortSignal.abort()), { kind: 'cancelled' });
    await allGone(lost.recorder.text().match(/\d+/g)?.map(Number) ?? []);
    assert.equal(fileOf(segment, 'status'), 'stopped\n');
    await session.close();
  });

  it('is ended before anything else runs there', async () => {
    const world = given();
    const segment = journaled([stepOf('one', 'echo "$$ up"; sleep 1000')]);
    const lost = await cut(world, segment, 'up');
    const session = await world.open(undefined, lost.handover);
    const listener = new Recorder();
    const next = journaled([stepOf('one', `cat '${segment.journal}/status'`)]);
    assert.equal(await session.run(next, listener, patient), null);
    assert.equal(listener.text(), 'stopped\n');
    await allGone([Number.parseInt(lost.recorder.text(), 10)]);
    await session.close();
  });

  for (const [whom, file] of [
    ['supervisor', 'supervisor'],
    ["steps' shell", 'group'],
  ] as const)
    it(`is noticed when its ${whom} is killed, and nothing of it is left running`, async () => {
      const world = given();
      const segment = journaled([stepOf('one', 'sleep 1000 & echo "$!"; echo up; wait'), stepOf('two', ':')]);
      const recorder = new Recorder();
      const running = world.session.run(segment, recorder, patient);
      await recorder.saw('up');
      await until('the group is known', () => fileOf(segment, 'group') !== '');
      process.kill(Number.parseInt(fileOf(segment, file), 10), 'SIGKILL');
      assert.deepEqual(await running, { kind: 'exit', code: 137 });
      const left = Number.parseInt(recorder.text(), 10);
      if (file === 'group') process.kill(left);
      await allGone([left]);
      await world.stillWorks();
    });

  it('is told to be followed no more when what copies its output is killed, and ends before anything else runs', async () => {
    const world = given();
    const handover: Handover = { left: null };
    const session = await world.open(undefined, handover);
    const segment = journaled([stepOf('one', 'echo "$$ up"; exec sleep 1000')]);
    const recorder = new Recorder();
    const running = session.run(segment, recorder, patient);
    await recorder.saw('up');
    for (const pid of followersOf(segment)) process.kill(pid, 'SIGKILL');
    const failure = await running;
    assert.ok(failure?.kind === 'lost' && failure.of === 'follower' && failure.isFinal, JSON.stringify(failure));
    assert.equal(await session.run(journaled([stepOf('two', 'echo on')]), recorder, patient), null);
    await allGone([Number.parseInt(recorder.text(), 10)]);
    assert.match(recorder.text(), /up\non\n$/);
    await session.close();
  });

  it('whose end cannot be written down is told so, and not waited for', async () => {
    const world = given();
    const segment = journaled([]);
    const script = `echo up; mkdir '${segment.journal}/status.new'; kill -9 "$$"`;
    const { failure, heard } = await world.run({ ...segment, steps: [stepOf('one', script)] });
    assert.deepEqual(failure, { kind: 'exit', code: 1 });
    assert.match(
      String(heard[1]),
      /up\n+What this step came to is not known: nothing can be written in \.cutover\/ any more\./,
    );
  });

  it('has ended with its host when that was started anew, and a process that has its number now is left alone', async () => {
    const world = given();
    const segment = journaled([stepOf('one', 'echo up; exec sleep 1000')]);
    const lost = await cut(world, segment, 'up');
    const [pid, , birth] = fileOf(segment, 'supervisor').split(' ');
    writeFileSync(join(segment.journal ?? '', 'supervisor'), `${pid} another-boot ${birth}`);
    const session = await world.open(undefined, lost.handover);
    assert.deepEqual(await session.run(segment, lost.recorder, patient), { kind: 'exit', code: 137 });
    assert.match(lost.recorder.text(), /The host was started anew/);
    process.kill(Number(pid), 'SIGTERM');
    await allGone([Number(pid), Number.parseInt(fileOf(segment, 'group'), 10)]);
    await session.close();
  });

  for (const [what, harm] of [
    ['was cut short', (journal: string) => writeFileSync(join(journal, 'output'), 'x')],
    ['is not ours', replaced],
  ] as const)
    it(`whose journal ${what} is named, kept aside and not guessed at`, async () => {
      const world = given();
      const go = join(world.directory, `go-${count}`);
      const segment = journaled([stepOf('one', `echo "up and ready"; until test -e '${go}'; do sleep 0.05; done`)]);
      const lost = await cut(world, segment, 'ready');
      writeFileSync(go, '');
      await until('the segment is over', () => existsSync(join(segment.journal ?? '', 'status')));
      await until('its supervisor has done its last', () => isFreed(segment.journal ?? ''));
      harm(segment.journal ?? '');
      const session = await world.open(undefined, lost.handover);
      const failure = await session.run(segment, lost.recorder, patient);
      assert.ok(failure?.kind === 'lost' && failure.isFinal === true, JSON.stringify(failure));
      assert.equal(failure.of, 'journal');
      assert.match(failure.message, /was kept beside it/);
      assert.equal(fileOf(segment, 'status'), 'foreign\n');
      await session.close();
    });

  for (const [what, make] of [
    ['was never made whole', halfMade],
    ['was over before any of it was said', endedUnsaid],
  ] as const)
    it(`whose journal ${what}, because what runs it was killed, is told as one that did not get to its beginning`, async () => {
      const world = given();
      const segment = journaled([stepOf('one', 'echo never')]);
      await make(world, segment);
      const recorder = new Recorder();
      const follower = new Follower(segment, { seq: 0, nonce: 'word', joins: null }, recorder);
      const session = await world.open(undefined, { left: { segment, follower } });
      const failure = await session.run(segment, recorder, patient);
      assert.ok(failure?.kind === 'lost' && failure.isFinal === true, JSON.stringify(failure));
      assert.equal(failure.of, 'start');
      assert.deepEqual(recorder.heard, []);
      const next = journaled([stepOf('one', 'echo well')]);
      assert.equal(await session.run(next, new Recorder(), patient), null);
      await session.close();
    });

  it('whose journal is removed while it is followed is lost, and not waited for', async () => {
    const world = given();
    const segment = journaled([stepOf('one', 'echo begun; sleep 60')]);
    const session = await world.open();
    const recorder = new Recorder(2000);
    const following = session.run(segment, recorder, patient);
    await recorder.saw('begun');
    rmSync(segment.journal ?? '', { recursive: true, maxRetries: 10, retryDelay: 20 });
    const failure = await following;
    assert.ok(failure?.kind === 'lost' && failure.isFinal === true, JSON.stringify(failure));
    await session.close();
  });

  it('that prints without end leaves its last output and its marks on the host, and is heard on whoever follows', async () => {
    const world = given();
    const go = join(world.directory, `go-${count}`);
    const much = 'yes | head -c 10000000';
    const wait = (name: string) => `until test -e '${go}-${name}'; do sleep 0.05; done`;
    const steps = [
      stepOf('first', 'echo one; exit 3', { mayFail: true }),
      stepOf('second', `echo two; ${wait('flood')}; ${much}; echo flooded; ${wait('end')}; echo over; exit 4`),
    ];
    const segment = journaled(steps);
    const early = await cut(world, segment, 'two');
    const session = await world.open();
    const live = new Recorder(2000);
    const following = session.run(segment, live, patient);
    await live.saw('two');
    writeFileSync(`${go}-flood`, '');
    await live.saw('flooded');
    await until('the output is shortened', () => isSparse(join(segment.journal ?? '', 'output')));
    const late = await world.open(undefined, early.handover);
    const again = late.run(segment, early.recorder, patient);
    await early.recorder.saw('flooded');
    writeFileSync(`${go}-end`, '');
    for (const [failure, { heard }] of [
      [await following, live],
      [await again, early.recorder],
    ] as const) {
      assert.deepEqual(failure, { kind: 'exit', code: 4 });
      const marks = heard.filter(([what]) => what !== 'output');
      assert.deepEqual(marks, [
        ['began', 'first'],
        ['ended', 'first', 3],
        ['began', 'second'],
        ['ended', 'second', 4],
      ]);
    }
    const said = early.recorder.text();
    assert.match(said, /^one\ntwo\n\n\(\d+ bytes of output were left out here[^\n]*\)\n(y\n)*flooded\nover\n$/);
    assert.match(live.text(), /y\nflooded\nover\n$/);
    await session.close();
    await late.close();
  });

  it('joins what its connection began, and neither hears nor inherits anything of it', async () => {
    const world = given();
    const session = await world.open();
    const dataAt = (name: string, text: string) => ({
      bytes: text.length,
      path: join(world.directory, name),
      read: () => Readable.from([Buffer.from(text)]),
    });
    const payload = dataAt('first', 'x');
    const first = journaled([stepOf('one', 'echo "$PPID $TOKEN"; exit 3', { secrets: ['TOKEN'] })], {
      payload,
      secrets: { TOKEN: 's3cret' },
    });
    const left = '${TOKEN-no} ${cutover_secret_0-no} ${CUTOVER_PAYLOAD-no} ${CUTOVER_PAYLOAD_PROBLEM-no}';
    const second = journaled([stepOf('one', `echo "$PPID ${left}"`)]);
    const third = journaled([stepOf('one', 'cat "$CUTOVER_PAYLOAD"; exit 5')], {
      payload: dataAt("it's here, and 'there'", 'data of the third'),
    });
    const fourth = journaled([stepOf('one', ':'), stepOf('two', 'cat "$CUTOVER_PAYLOAD"')], {
      payload: dataAt("it's a file/data", 'never'),
    });
    writeFileSync(join(world.directory, "it's a file"), '');
    const [one, two, three, four] = [new Recorder(), new Recorder(), new Recorder(), new Recorder()];
    assert.deepEqual(await session.run(first, one, patient), { kind: 'exit', code: 3 });
    assert.equal(await session.run(second, two, patient), null);
    assert.deepEqual(await session.run(third, three, patient), { kind: 'exit', code: 5 });
    assert.equal(three.text(), 'data of the third');
    assert.equal(existsSync(third.payload?.path ?? ''), false);
    assert.deepEqual(await session.run(fourth, four, patient), { kind: 'exit', code: ScriptExit.refused });
    assert.match(four.text(), /^The data for this step could not be written: .*it\\?'s a file/);
    const shell = one.text().split(' ')[0];
    assert.equal(two.text(), `${shell} no no no no\n`);
    assert.equal(two.heard.length, 3);
    const short = journaled([stepOf('one', ':')], { payload: { ...dataAt('short', 'x'), bytes: 5 } });
    assert.deepEqual(await session.run(short, new Recorder(), patient), { kind: 'exit', code: ScriptExit.unsent });
    assert.equal(existsSync(short.payload?.path ?? ''), false);
    for (const joined of [second, third, fourth])
      assert.match(readFileSync(joined.journal ?? '', 'utf8'), new RegExp(`^${first.id} [0-9a-f]+\n$`));
    await session.close();
    await until('all of it is over', () => existsSync(join(first.journal ?? '', 'status')));
    assert.equal(fileOf(first, 'status'), '0\n');
  });

  it('has joined for good: it goes on without its connection, and whoever asks for it hears it once, and nothing else', async () => {
    const world = given();
    const [trace, handover]: [string, Handover] = [join(world.directory, `joined-${count}`), { left: null }];
    const session = await world.open(undefined, handover);
    assert.equal(await session.run(journaled([stepOf('zero', 'echo zero')]), new Recorder(), patient), null);
    const script = `echo ran >>'${trace}'; echo first; until test -e '${trace}.go'; do sleep 0.05; done; echo last`;
    const segment = journaled([stepOf('one', script)]);
    const recorder = new Recorder();
    const running = session.run(segment, recorder, patient);
    await recorder.saw('first');
    session.kill();
    assert.equal((await running)?.kind, 'lost');
    writeFileSync(`${trace}.go`, '');
    const again = await world.open(undefined, handover);
    assert.equal(await again.run(segment, recorder, patient), null);
    const anew = await world.run(segment);
    assert.deepEqual(recorder.heard, anew.heard);
    assert.equal(recorder.text(), 'first\nlast\n');
    assert.equal(readFileSync(trace, 'utf8'), 'ran\n');
    const next = journaled([stepOf('one', 'echo next')]);
    assert.equal(await again.run(next, recorder, patient), null);
    assert.equal(statSync(next.journal ?? '').isDirectory(), true);
    await again.close();
  });

  for (const [what, end] of [
    ['stopped', 'stop'],
    ['killed while nothing runs', 'kill'],
    ['over, and nobody has heard of it', 'write'],
  ] as const)
    it(`joins nothing that was ${what}: it begins a journal of its own`, async () => {
      const world = given();
      const session = await world.open();
      const first = journaled([stepOf('one', 'echo up')]);
      assert.equal(await session.run(first, new Recorder(), patient), null);
      if (end === 'kill') {
        process.kill(Number.parseInt(fileOf(first, 'supervisor'), 10), 'SIGKILL');
        await until('its end is noticed', () => existsSync(join(first.journal ?? '', 'status')));
      } else if (end === 'write') writeFileSync(join(first.journal ?? '', 'status'), '0\n');
      else {
        const [stop, recorder] = [new AbortController(), new Recorder()];
        const running = session.run(journaled([stepOf('one', 'echo up; exec sleep 1000')]), recorder, stop.signal);
        await recorder.saw('up');
        stop.abort();
        assert.deepEqual(await running, { kind: 'cancelled' });
      }
      const next = journaled([stepOf('one', 'echo well')]);
      assert.equal(await session.run(next, new Recorder(), patient), null);
      assert.equal(statSync(next.journal ?? '').isDirectory(), true);
      await session.close();
    });

  it('whose place is not what was written there is not guessed at', async () => {
    const world = given();
    const segment = journaled([stepOf('one', 'echo never')]);
    mkdirSync(join(world.directory, '.cutover', 'runs', 'test'), { recursive: true });
    writeFileSync(segment.journal ?? '', 'nobody knows\n');
    const { failure, heard } = await world.run(segment);
    assert.ok(failure?.kind === 'lost' && failure.isFinal === true, JSON.stringify(failure));
    assert.deepEqual(heard, []);
  });

  it('is sent again when its data did not arrive whole', async () => {
    const world = given();
    const trace = join(world.directory, `trace-${count}`);
    const handover: Handover = { left: null };
    const first = await world.open(undefined, handover);
    const sources = [() => Readable.from(halted(() => first.kill())), () => Readable.from([Buffer.alloc(5e6)])];
    const read = () => sources.shift()?.() ?? assert.fail();
    const payload = { bytes: 5e6, path: join(world.directory, 'broken'), read };
    const segment = journaled([stepOf('one', `echo ran >>'${trace}'; wc -c <"$CUTOVER_PAYLOAD"`)], { payload });
    assert.equal((await first.run(segment, new Recorder(), patient))?.kind, 'lost');
    const session = await world.open(undefined, handover);
    const recorder = new Recorder();
    assert.equal(await session.run(segment, recorder, patient), null);
    assert.equal(recorder.text().trim(), '5000000');
    assert.equal(readFileSync(trace, 'utf8'), 'ran\n');
    await session.close();
  });

  it('whose journal cannot be made runs all the same, tied to its connection', async () => {
    const world = given();
    writeFileSync(join(world.directory, 'a-file'), '');
    const journal = join(world.directory, 'a-file', 'runs', 'test', '1');
    const { failure, text } = await world.run(segmentOf([stepOf('one', 'echo well')], { journal }));
    assert.deepEqual([failure, text], [null, 'well\n']);
    await world.stillWorks();
  });

  it('for which the disk has no room for one file more, whichever it is, runs all the same', async (context) => {
    const world = given();
    const disk = join(world.directory, 'full');
    const session = await world.open();
    for (let files = 1; files <= 16; files += 1) {
      const isTried = await onSmallDisk(disk, `size=1m,nr_inodes=${files}`, async () => {
        const recorder = new Recorder();
        const segment = segmentOf([stepOf('one', 'echo well')], { journal: join(disk, 'runs', 'test', String(files)) });
        assert.equal(await session.run(segment, recorder, patient), null, `room for ${files} files`);
        assert.equal(recorder.text(), 'well\n');
      });
      if (!isTried) context.skip('a small file system could not be mounted: that needs root');
    }
    await session.close();
  });

  it('that fills the disk ends all the same, and what comes then runs', async (context) => {
    const world = given();
    const disk = join(world.directory, 'filled');
    const session = await world.open();
    const on = (name: string, script: string) =>
      segmentOf([stepOf('one', script)], { id: name, journal: join(disk, 'runs', 'test', name) });
    const isTried = await onSmallDisk(disk, 'size=1m', async () => {
      assert.equal(await session.run(on('1', 'echo before'), new Recorder(), patient), null);
      const filling = on('2', `cat /dev/zero >'${disk}/filling' 2>/dev/null || printf '%9000s' x`);
      assert.equal((await session.run(filling, new Recorder(), patient))?.kind, 'exit');
      const recorder = new Recorder();
      assert.equal(await session.run(on('3', `rm '${disk}/filling'; echo well`), recorder, patient), null);
      assert.equal(recorder.text(), 'well\n');
      assert.equal(await session.run(on('4', 'echo well'), new Recorder(), patient), null);
      assert.equal(existsSync(join(disk, 'runs/test/4/status')), false);
    });
    if (!isTried) context.skip('a small file system could not be mounted: that needs root');
    await session.close();
  });
}

/** Mounts a small file system, and unmounts it; false where this user may not. */
async function onSmallDisk(path: string, options: string, act: () => Promise<void>): Promise<boolean> {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return false;
  }
  await act().finally(() => execFileSync('umount', ['-l', path]));
  return true;
}

function fileOf(segment: Segment, file: string): string {
  return readFileSync(join(segment.journal ?? '', file), 'utf8');
}

/** What its runner has started beside its supervisor: what follows it. */
function followersOf(segment: Segment): readonly number[] {
  const [, runner = ''] =
    readdirSync(segment.journal ?? '')
      .join()
      .match(/seen-(\d+)/) ?? [];
  return childrenOf(Number(runner)).filter((pid) => pid !== Number.parseInt(fileOf(segment, 'supervisor'), 10));
}

/** The word that marks a segment which joined another. */
function wordOf(segment: Segment): string {
  return (
    readFileSync(segment.journal ?? '', 'utf8')
      .trim()
      .split(' ')[1] ?? ''
  );
}

/** Whether a file of 10 MB takes up no more than a part of that. */
function isSparse(path: string): boolean {
  const { size, blocks } = statSync(path);
  return size > 10e6 && blocks * 512 > 1e6 && blocks * 512 < 2e6;
}

/** Runs the segment on a connection of its own, and kills that when it has printed the word. */
async function cut(
  world: World,
  segment: Segment,
  word: string,
): Promise<{ readonly handover: Handover; readonly recorder: Recorder }> {
  const [handover, recorder]: [Handover, Recorder] = [{ left: null }, new Recorder()];
  const session = await world.open(undefined, handover);
  const running = session.run(segment, recorder, patient);
  await recorder.saw(word);
  session.kill();
  const failure = await running;
  assert.ok(failure?.kind === 'lost' && failure.isFinal !== true, JSON.stringify(failure));
  return { handover, recorder };
}

/** A directory of somebody else's where the journal was. */
function replaced(journal: string): void {
  rmSync(journal, { recursive: true });
  mkdirSync(journal);
  writeFileSync(join(journal, 'notes'), 'not a journal\n');
}

/** As a runner leaves it that is killed while it makes a journal. */
function halfMade(_: World, { journal }: Segment): void {
  mkdirSync(journal ?? '', { recursive: true });
  for (const file of ['output', 'supervisor', 'group', 'driver']) writeFileSync(join(journal ?? '', file), '');
}

/** As a runner leaves it that is killed when it has begun a journal and has not yet said what is to run. */
async function endedUnsaid(world: World, segment: Segment): Promise<void> {
  const session = await world.open();
  assert.equal(await session.run(segment, new Recorder(), patient), null);
  await session.close();
  await until('all of it is over', () => existsSync(join(segment.journal ?? '', 'status')));
  await until('its supervisor has done its last', () => isFreed(segment.journal ?? ''));
  writeFileSync(join(segment.journal ?? '', 'output'), '');
}

async function* halted(halt: () => void): AsyncGenerator<Buffer> {
  yield Buffer.alloc(1_500_000, 'y');
  halt();
  await new Promise((resolve) => setTimeout(resolve, 100));
  yield Buffer.alloc(3_500_000, 'y');
}
