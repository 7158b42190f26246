import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Ending, Follower } from '../../src/remote/follow.ts';
import { MarkReader } from '../../src/remote/marks.ts';
import { type Heard, Recorder, segmentOf, stepOf } from '../kit/segments.ts';

/** The runner's own word, and the one that marks a segment's steps. */
const nonce = 'a1b2c3d4e5f6a1b2c3d4e5f6';
const inner = 'b1b2c3d4e5f6a1b2c3d4e5f6';

describe('What is heard from a channel', () => {
  it('does not depend on how the bytes were cut', () => {
    fc.assert(
      fc.property(fc.array(output, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(40)), (outputs, cuts) => {
        const stream = streamOf(outputs);
        const whole = hear([stream], outputs.length);
        assert.deepEqual(hear(pieces(stream, cuts), outputs.length), whole);
        assert.deepEqual(whole.ending, { kind: 'ended', failure: null, goesOn: false });
        const texts = outputs.map((bytes, index) => textOf(whole.heard, String(index)) === bytes.toString('utf8'));
        assert.ok(texts.every(Boolean));
      }),
    );
  });

  it('finds a mark behind output that has no line end', () => {
    const found = new MarkReader(nonce).push(Buffer.from(`no end\x1e${nonce} end 1 0 0\nmore`));
    assert.deepEqual(
      found.map((piece) => (piece.kind === 'mark' ? piece.words : piece.bytes.toString())),
      ['no end', ['end', '1', '0', '0'], 'more'],
    );
  });

  it('holds nothing back that cannot become a mark', () => {
    const found = new MarkReader(nonce).push(Buffer.from('50 %\r\x1ea1'));
    assert.deepEqual(found, [{ kind: 'bytes', bytes: Buffer.from('50 %\r') }]);
  });

  it('gives no step what comes before, between and after the steps', () => {
    const { heard } = hear(
      [Buffer.concat([Buffer.from('early'), streamOf([Buffer.from('own')]), Buffer.from('late')])],
      1,
    );
    assert.deepEqual(heard, [
      ['began', '0'],
      ['output', '0', 'own'],
      ['ended', '0', 0],
    ]);
  });

  it('ignores the marks of another segment', () => {
    const { heard, ending } = hear([Buffer.from(`\x1e${nonce} begin 0\n\x1e${nonce} done 8 0\n`)], 1);
    assert.deepEqual([heard, ending], [[], null]);
  });

  it('makes a shell that ended before any step the failure of the first', () => {
    const { heard, ending } = hear([Buffer.from(`\x1e${nonce} started 7\n\x1e${nonce} done 7 127\n`)], 2);
    assert.deepEqual(heard, [
      ['began', '0'],
      ['ended', '0', 127],
    ]);
    assert.deepEqual(ending, { kind: 'ended', failure: { kind: 'exit', code: 127 }, goesOn: false });
  });
});

/** Output with all that could mislead: parts of marks, RS, characters of several bytes, bytes that are no UTF-8. */
const output = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(nonce.length).map((length) => Buffer.from(`\x1e${inner.slice(0, length)}`)),
      fc.constantFrom('\x1e', 'é', '🚀', '\n', 'end 0 0\n').map((text) => Buffer.from(text)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

function streamOf(outputs: readonly Buffer[]): Buffer {
  const parts = outputs.flatMap((bytes, index) => [
    mark(`begin ${index}`, inner),
    bytes,
    mark(`end ${index} 0`, inner),
  ]);
  return Buffer.concat([mark('started 7'), ...parts, mark('done 7 0')]);
}

function mark(words: string, word = nonce): Buffer {
  return Buffer.from(`\x1e${word} ${words}\n`);
}

function pieces(stream: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of cuts) {
    parts.push(stream.subarray(at, at + length));
    at += length;
  }
  return [...parts, stream.subarray(at)];
}

function hear(chunks: readonly Buffer[], steps: number): { heard: readonly Heard[]; ending: Ending | null } {
  const reader = new MarkReader(nonce);
  const recorder = new Recorder();
  const segment = segmentOf(Array.from({ length: steps }, (_, index) => stepOf(String(index), ':')));
  const follower = new Follower(segment, { seq: 7, nonce: inner, joins: null }, recorder);
  let ending: Ending | null = null;
  for (const piece of chunks.flatMap((chunk) => reader.push(chunk))) ending = follower.hear(piece) ?? ending;
  return { heard: recorder.heard, ending };
}

function textOf(heard: readonly Heard[], step: string): string {
  return heard.map((entry) => (entry[0] === 'output' && entry[1] === step ? entry[2] : '')).join('');
}
