import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeEvents } from '../../src/events/ndjson.ts';
import { ndjsonFace } from '../../src/report/ndjson.ts';
import { stuckHost } from '../events/recording.ts';

describe('the NDJSON face', () => {
  it('gives every event on a line of its own, as it happens', () => {
    const written: string[] = [];
    const face = ndjsonFace((text) => written.push(text));
    const { events } = stuckHost();
    events.forEach((event) => face.event(event));
    face.end();
    assert.equal(written.length, events.length);
    assert.ok(written.every((text) => text.indexOf('\n') === text.length - 1));
    assert.deepEqual(decodeEvents(written.join('')), { events, unread: [] });
  });
});
