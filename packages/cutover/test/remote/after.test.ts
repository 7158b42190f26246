import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Channel } from '../../src/remote/channel.ts';
import { openLocal } from '../../src/remote/local.ts';
import type { SegmentPayload } from '../../src/remote/session.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';
import { workspace } from '../source/kit.ts';

describe('A segment that waits for something here', () => {
  for (const what of ['nothing', 'a payload'])
    it(`is sent with ${what}, and begins when that is over`, async (t) => {
      const directory = workspace(t);
      const begun = join(directory, 'begun');
      const path = join(directory, 'payload');
      const payload: SegmentPayload = { bytes: 1, path, read: () => Readable.from([Buffer.from('x')]) };
      const channel = await openLocal({ host: 'web1', connectMs: 60_000, signal: t.signal });
      assert.ok(channel instanceof Channel);
      t.after(() => channel.close());
      const gate = Promise.withResolvers<void>();
      const segment = segmentOf([stepOf('touch', `touch '${begun}'`)]);
      const more = { after: gate.promise, payload: what === 'nothing' ? null : payload };
      const running = channel.run({ ...segment, ...more }, new Recorder(), t.signal);
      await sleep(300);
      assert.equal(existsSync(begun), false);
      gate.resolve();
      assert.equal(await running, null);
      assert.equal(existsSync(begun), true);
    });
});
