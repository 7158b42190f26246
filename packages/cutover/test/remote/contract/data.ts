import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import type { SegmentPayload } from '../../../src/remote/session.ts';
import { segmentOf, stepOf } from '../../kit/segments.ts';
import type { World } from './world.ts';

/** How data reaches the step that needs it. */
export function handsOverData(given: () => World): void {
  it('hands over data byte for byte at the path it names, and removes it afterwards', async () => {
    const world = given();
    const bytes = Buffer.alloc(5_000_000, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
    const path = join(world.directory, 'new dir/it\'s "data" $x \\');
    const payload = { bytes: bytes.length, path, read: () => Readable.from(slices(bytes, 70_001)) };
    const { failure, text } = await world.run(
      segmentOf([stepOf('one', 'wc -c <"$CUTOVER_PAYLOAD"; sha256sum <"$CUTOVER_PAYLOAD"; ls -l "$CUTOVER_PAYLOAD"')], {
        payload,
      }),
    );
    const [size, sum, listed] = text.split('\n');
    assert.equal(failure, null);
    assert.equal(size?.trim(), '5000000');
    assert.equal(sum?.split(' ')[0], createHash('sha256').update(bytes).digest('hex'));
    assert.match(String(listed), /^-rw-------/);
    assert.equal(existsSync(path), false);
  });

  it('hands over an empty file', async () => {
    const world = given();
    const payload = { bytes: 0, path: join(world.directory, 'empty'), read: () => Readable.from([]) };
    const { text } = await world.run(segmentOf([stepOf('one', 'wc -c <"$CUTOVER_PAYLOAD"')], { payload }));
    assert.equal(text.trim(), '0');
  });

  for (const [title, read, reason] of [
    ['is shorter than announced', () => Readable.from([Buffer.from('abc')]), /has 3 bytes, but 10 were announced/],
    ['cannot be read to its end', brokenStream, /could not be read: the disk is on fire/],
  ] as const)
    it(`runs nothing when the data ${title}`, async () => {
      const world = given();
      const payload = { bytes: 10, path: join(world.directory, 'short'), read };
      const { failure, text } = await world.run(segmentOf([stepOf('one', 'echo "$CUTOVER_PAYLOAD"')], { payload }));
      assert.deepEqual(failure, { kind: 'exit', code: 83 });
      assert.match(text, reason);
      assert.equal(existsSync(payload.path), false);
      await world.stillWorks();
    });

  it('refuses a path for data that is not one absolute line', async () => {
    const world = given();
    const payload = { bytes: 0, path: '/tmp/two\nlines', read: () => Readable.from([]) };
    const { failure, text } = await world.run(segmentOf([stepOf('one', ':')], { payload }));
    assert.deepEqual(failure, { kind: 'exit', code: 83 });
    assert.match(text, /must be absolute and on one line/);
  });

  it('fails the step that needs data that could not be written, and no step before it', async () => {
    const world = given();
    const payload = dataFor('/dev/null/x/data', 3_000_000);
    const { failure, heard, text } = await world.run(
      segmentOf([stepOf('before', 'echo before'), stepOf('needs', 'cat "$CUTOVER_PAYLOAD"')], { payload }),
    );
    assert.deepEqual(failure, { kind: 'exit', code: 78 });
    assert.deepEqual(heard.at(-1), ['ended', 'needs', 78]);
    assert.match(text, /^before\nThe data for this step could not be written: ./);
    await world.stillWorks();
  });

  it('says so when the disk is full, and stays usable', async (context) => {
    const world = given();
    const disk = smallDisk(join(world.directory, 'disk'));
    if (disk === null) return context.skip('a small file system could not be mounted: that needs root');
    try {
      const payload = dataFor(join(disk, 'data'), 3_000_000);
      const { failure, text } = await world.run(segmentOf([stepOf('one', 'cat "$CUTOVER_PAYLOAD"')], { payload }));
      assert.deepEqual(failure, { kind: 'exit', code: 81 });
      assert.match(
        text,
        /^The data for this step could not be written: .*\nToo little space is left on .*\/disk: \d+ KB of \d+ MB are free, and 2929 KB were to be written\.\n$/,
      );
      assert.equal(existsSync(payload.path), false);
      await world.stillWorks();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
}

function dataFor(path: string, bytes: number): SegmentPayload {
  return { bytes, path, read: () => Readable.from(slices(Buffer.alloc(bytes, 'data'), 65_536)) };
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function brokenStream(): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.from('abc');
      throw new Error('the disk is on fire');
    })(),
  );
}

/** A file system of one megabyte at `path`, or null where the system does not let us. */
function smallDisk(path: string): string | null {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return null;
  }
}
