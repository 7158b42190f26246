import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeEvents, encodeEvent } from '../../src/events/ndjson.ts';
import { failedBuild, stuckHost } from './recording.ts';

const text = stuckHost().events.map(encodeEvent).join('');
const last = '{"format":1,"seq":3,"at":"2026-11-23T14:57:09Z","type":"phase.ended","phase":"lock"}';

const damaged: readonly (readonly [string, string, object])[] = [
  ['a last line that has no end', last.slice(0, 30), { kind: 'truncated', line: 1 }],
  ['a line in the middle that is not JSON', `{"seq":\n`, { kind: 'not-json', line: 1 }],
  ['JSON that is no event', '{"hello":1}\n', { kind: 'not-an-event', line: 1 }],
  [
    'an event without what its type promises',
    `${last.replace('"phase"', '"stage"')}\n`,
    { kind: 'not-an-event', line: 1 },
  ],
  [
    'a line of a newer format',
    `${last.replace('"format":1', '"format":2')}\n`,
    { kind: 'newer-format', line: 1, format: 2 },
  ],
  [
    'a type that is not known',
    `${last.replace('phase.ended', 'phase.sung')}\n`,
    { kind: 'unknown-type', line: 1, type: 'phase.sung' },
  ],
];

describe('the record of events', () => {
  it('reads back what was written', () => {
    for (const record of [failedBuild(), stuckHost()]) {
      const { events, unread } = decodeEvents(record.events.map(encodeEvent).join(''));
      assert.deepEqual(events, record.events);
      assert.deepEqual(unread, []);
    }
  });

  it('says the format on each line', () => {
    for (const line of text.trimEnd().split('\n')) assert.equal(JSON.parse(line).format, 1);
  });

  it('reads what is whole of a record that was cut at any place', () => {
    const { events } = stuckHost();
    for (let length = 0; length <= text.length; length += 7) {
      const part = decodeEvents(text.slice(0, length));
      assert.deepEqual(part.events, events.slice(0, part.events.length));
      assert.ok(part.unread.length <= 1 && part.unread.every(({ kind }) => kind === 'truncated'));
    }
  });

  it('takes a last line that is whole although its end is missing', () => {
    assert.equal(decodeEvents(last).events.length, 1);
  });

  for (const [name, line, unread] of damaged) {
    it(`names ${name}`, () => {
      assert.deepEqual(decodeEvents(line), { events: [], unread: [unread] });
    });
  }
});
