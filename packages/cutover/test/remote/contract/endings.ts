import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { allGone } from '../../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../../kit/segments.ts';
import type { World } from './world.ts';

/** How a segment is ended before its time. */
export function endsSegments(given: () => World): void {
  it('stops the whole process group, grandchildren that ignore TERM too', async () => {
    const world = given();
    const stop = new AbortController();
    const recorder = new Recorder();
    const script = 'trap "" TERM; (sleep 1000 & echo "$!"; wait) & echo "$!"; sleep 0.2; echo up; sleep 1000';
    const running = world.session.run(segmentOf([stepOf('one', script), stepOf('two', ':')]), recorder, stop.signal);
    await recorder.saw('up');
    stop.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    assert.deepEqual(
      recorder.heard.filter(([what]) => what !== 'output'),
      [['began', 'one']],
    );
    await allGone(recorder.text().match(/\d+/g)?.map(Number) ?? []);
    await world.stillWorks();
  });

  it('lets a step that ends by itself when told do so', async () => {
    const world = given();
    const stop = new AbortController();
    const recorder = new Recorder();
    const script = 'trap "echo tidied; exit 1" TERM; echo up; while :; do sleep 0.05; done';
    const running = world.session.run(segmentOf([stepOf('one', script)]), recorder, stop.signal);
    await recorder.saw('up');
    stop.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    assert.match(recorder.text(), /tidied/);
  });

  it('runs nothing when it is cancelled before, or while the data is sent', async () => {
    const world = given();
    const { failure, heard } = await world.run(segmentOf([stepOf('one', 'echo never')]), AbortSignal.abort());
    assert.deepEqual([failure, heard], [{ kind: 'cancelled' }, []]);
    const stop = new AbortController();
    const read = () => Readable.from(endless(() => stop.abort()));
    const payload = { bytes: 1e12, path: join(world.directory, 'endless'), read };
    const sending = await world.run(segmentOf([stepOf('one', 'echo never')], { payload }), stop.signal);
    assert.deepEqual([sending.failure, sending.heard], [{ kind: 'cancelled' }, []]);
    assert.equal(existsSync(payload.path), false);
    await world.stillWorks();
  });

  it('survives a step that kills the shell it runs in', async () => {
    const world = given();
    const { failure, heard } = await world.run(
      segmentOf([stepOf('one', 'kill -KILL $$; sleep 5'), stepOf('two', ':')]),
    );
    assert.deepEqual(failure, { kind: 'exit', code: 137 });
    assert.deepEqual(heard.at(-1), ['ended', 'one', 137]);
    await world.stillWorks();
  });

  it('does not wait for what a step leaves running', async () => {
    const world = given();
    const { failure, text } = await world.run(segmentOf([stepOf('one', 'sleep 1000 & echo "$!"')]));
    assert.equal(failure, null);
    process.kill(Number(text));
    await world.stillWorks();
  });

  it('ends what runs when it is closed, and is lost from then on', async () => {
    const world = given();
    const own = await world.open();
    const recorder = new Recorder();
    const signal = new AbortController().signal;
    const running = own.run(segmentOf([stepOf('one', 'echo "$$ up"; sleep 1000')]), recorder, signal);
    await recorder.saw('up');
    await own.close();
    assert.notEqual(await running, null);
    await allGone([Number.parseInt(recorder.text(), 10)]);
    const late = await own.run(segmentOf([stepOf('one', ':')]), new Recorder(), signal);
    assert.equal(late?.kind, 'lost');
  });
}

function* endless(afterSome: () => void): Generator<Buffer> {
  for (let count = 0; count < 1000; count++) {
    if (count === 50) afterSome();
    yield Buffer.alloc(65_536);
  }
}
