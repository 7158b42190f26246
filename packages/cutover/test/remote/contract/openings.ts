import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import type { Segment, Session } from '../../../src/remote/session.ts';
import { quote } from '../../../src/shell/text.ts';
import { allGone } from '../../kit/processes.ts';
import { Recorder, segmentOf, stepOf } from '../../kit/segments.ts';
import { until } from '../../kit/until.ts';
import { runOn, type World } from './world.ts';

/** What some shell, or some printf, reads as more than it is. */
export const hostileText = `it's "quoted" $HOME \`id\` $(id) !! !x \\ \\n \\' \\\\ \\0101 %s %% %b\n\ttab\r\n–é😀\u001b[0m\u007f `;

/** What a session begins with unasked. */
export function beginsWithAnOpening(given: () => World): void {
  const begun = async (opening: Segment, act: (session: Session) => Promise<void>) => {
    const session = await given().open(opening);
    try {
      await act(session);
    } finally {
      await session.close();
    }
  };

  it('lets the first run of its opening hear it from the beginning, and does not run it twice', async () => {
    const path = join(given().directory, 'runs');
    const steps = [
      stepOf('count', `echo x >>${quote(path)}`),
      stepOf('tell', `printf %s ${quote(hostileText)}; cat; echo err >&2`),
      stepOf('fail', 'exit 3', { mayFail: true }),
    ];
    const opening = segmentOf(steps, { id: 'opening' });
    await begun(opening, async (session) => {
      const first = await runOn(session, structuredClone(opening));
      assert.equal(first.failure, null);
      assert.deepEqual(first.heard, [
        ['began', 'count'],
        ['ended', 'count', 0],
        ['began', 'tell'],
        ['output', 'tell', `${hostileText}err\n`],
        ['ended', 'tell', 0],
        ['began', 'fail'],
        ['ended', 'fail', 3],
      ]);
      assert.equal(readFileSync(path, 'utf8'), 'x\n');
      assert.deepEqual(await runOn(session, opening), first);
      assert.equal(readFileSync(path, 'utf8'), 'x\nx\n');
    });
  });

  it('tells an opening that is under way as it goes on', async () => {
    const path = join(given().directory, 'go on');
    const opening = segmentOf([stepOf('one', `echo up; until [ -e ${quote(path)} ]; do sleep 0.05; done; echo on`)]);
    await begun(opening, async (session) => {
      const recorder = new Recorder();
      const running = session.run(opening, recorder, new AbortController().signal);
      await recorder.saw('up');
      await given().run(segmentOf([stepOf('one', `: >${quote(path)}`)]));
      assert.equal(await running, null);
      assert.equal(recorder.text(), 'up\non\n');
    });
  });

  it('tells an opening that fails as the failure of the run that asked for it', async () => {
    const opening = segmentOf([stepOf('one', 'echo why; exit 7'), stepOf('two', 'echo never')]);
    await begun(opening, async (session) => {
      const { failure, heard } = await runOn(session, opening);
      assert.deepEqual(failure, { kind: 'exit', code: 7 });
      assert.deepEqual(heard, [
        ['began', 'one'],
        ['output', 'one', 'why\n'],
        ['ended', 'one', 7],
      ]);
      assert.equal((await runOn(session, segmentOf([stepOf('again', 'echo well')]))).text, 'well\n');
    });
  });

  it('stops an opening that is under way when the run that asked for it is cancelled', async () => {
    const opening = segmentOf([stepOf('one', '(trap "" TERM; sleep 1000) & echo "$! $$ up"; wait')]);
    await begun(opening, async (session) => {
      const stop = new AbortController();
      const recorder = new Recorder();
      const running = session.run(opening, recorder, stop.signal);
      await recorder.saw('up');
      stop.abort();
      assert.deepEqual(await running, { kind: 'cancelled' });
      await allGone(recorder.text().match(/\d+/g)?.map(Number) ?? []);
      assert.equal((await runOn(session, segmentOf([stepOf('again', 'echo well')]))).text, 'well\n');
    });
  });

  for (const [title, other] of [
    ['another segment', { id: 'other' }],
    ['a segment of the same name and with other steps', { id: 'opening' }],
  ] as const)
    it(`runs ${title} after its opening is over, and tells nothing of that`, async () => {
      const path = join(given().directory, `slow ${other.id}`);
      const opening = segmentOf([stepOf('slow', `sleep 0.3; echo x >>${quote(path)}; echo noise`)], { id: 'opening' });
      await begun(opening, async (session) => {
        const { failure, heard } = await runOn(session, segmentOf([stepOf('cat', `cat ${quote(path)}`)], other));
        assert.equal(failure, null);
        assert.deepEqual(heard, [
          ['began', 'cat'],
          ['output', 'cat', 'x\n'],
          ['ended', 'cat', 0],
        ]);
        assert.equal((await runOn(session, opening)).text, 'noise\n');
        assert.equal(readFileSync(path, 'utf8'), 'x\nx\n');
      });
    });

  it('stops an opening that another segment waits for when that one is cancelled', async () => {
    const path = join(given().directory, 'pid');
    const opening = segmentOf([stepOf('slow', `echo "$$" >${quote(path)}; sleep 1000`)]);
    await begun(opening, async (session) => {
      const stop = new AbortController();
      const recorder = new Recorder();
      const running = session.run(segmentOf([stepOf('one', 'echo never')]), recorder, stop.signal);
      await until('the opening runs', () => existsSync(path) && readFileSync(path, 'utf8') !== '');
      stop.abort();
      assert.deepEqual([await running, recorder.heard], [{ kind: 'cancelled' }, []]);
      await allGone([Number(readFileSync(path, 'utf8'))]);
    });
  });

  it('ends an opening that nobody asked for when it is closed', async () => {
    const path = join(given().directory, 'unasked');
    const session = await given().open(segmentOf([stepOf('one', `echo "$$" >${quote(path)}; sleep 1000`)]));
    await until('the opening runs', () => existsSync(path) && readFileSync(path, 'utf8') !== '');
    await session.close();
    await allGone([Number(readFileSync(path, 'utf8'))]);
  });

  it('sends an opening that cannot go along in the usual way', async () => {
    const payload = {
      bytes: 4,
      path: join(given().directory, 'with'),
      read: () => Readable.from([Buffer.from('data')]),
    };
    const secrets = { TOKEN: 'secret' };
    for (const [opening, text] of [
      [segmentOf([stepOf('long', `: ${'x'.repeat(200_000)}\necho long`)]), 'long\n'],
      [segmentOf([stepOf('secret', 'echo "$TOKEN"', { secrets: ['TOKEN'] })], { secrets }), 'secret\n'],
      [segmentOf([stepOf('data', 'cat "$CUTOVER_PAYLOAD"')], { payload }), 'data'],
    ] as const)
      await begun(opening, async (session) =>
        assert.deepEqual(await runOn(session, opening).then((run) => [run.failure, run.text]), [null, text]),
      );
  });
}
