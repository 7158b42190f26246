import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { thisProcess } from '../../src/cli/outside.ts';
import { recordFile } from '../../src/cli/record-file.ts';
import type { Event } from '../../src/events/event.ts';
import { workspace } from '../source/kit.ts';

/** Another file of events, and how many flushes there were. */
function watched(t: TestContext) {
  const file = join(workspace(t), 'record.ndjson');
  const mocks = [t.mock.method(fs, 'fsyncSync'), t.mock.method(fs, 'fsync')];
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.reset();
    syncBuiltinESMExports();
  });
  const beside = Promise.withResolvers<void>();
  let isWanted = false;
  const recorder = recordFile(file, { ...thisProcess(), err: () => {} }, () => {
    isWanted = true;
    return beside.promise;
  });
  let seq = 0;
  return {
    record: (...events: readonly object[]) =>
      events.forEach((event) => recorder.record({ seq: ++seq, at: '2026-03-22T15:31:09Z', ...event } as Event)),
    close: () => recorder.close(),
    begun: () => recorder.begun(),
    put: () => beside.resolve(),
    isWanted: () => isWanted,
    flushes: () => mocks.reduce((count, { mock }) => count + mock.callCount(), 0),
    lines: () => fs.readFileSync(file, 'utf8').trimEnd().split('\n').length,
  };
}

const phase = (name: string) => ({ type: 'phase.started', phase: name });
const began = { type: 'deployment.started', deployment: 'd' };
const end = { type: 'deployment.ended', outcome: 'succeeded', serving: {}, cause: null, stuck: [] };

describe('the file of a record', () => {
  it('is flushed at once where a deployment begins and ends, and not for what it prints', async (t) => {
    const { record, begun, put, isWanted, flushes, close } = watched(t);
    assert.deepEqual([begun(), isWanted()], [null, false]);
    record(began);
    assert.deepEqual([flushes(), isWanted()], [1, true]);
    assert.equal(await Promise.race([begun(), sleep(100, 'waits')]), 'waits');
    put();
    await begun();
    assert.equal(begun(), null);
    record({ type: 'step.output', host: 'web1', step: 'build', text: 'x\n' });
    assert.equal(flushes(), 1);
    record(end);
    assert.equal(flushes(), 2);
    close();
    assert.equal(flushes(), 2);
  });

  it('is flushed once for phases that are heard together, as soon as all of them are written', async (t) => {
    const { record, flushes, lines, close } = watched(t);
    record(phase('prepare'), phase('activate'), phase('finish'));
    assert.deepEqual([flushes(), lines()], [0, 3]);
    await setImmediate();
    assert.equal(flushes(), 1);
    record(phase('later'));
    await setImmediate();
    assert.equal(flushes(), 2);
    close();
    assert.equal(flushes(), 2);
  });

  it('is flushed once for phases that are heard together with the end, and when it is closed before', async (t) => {
    const one = watched(t);
    one.record(phase('prepare'), phase('activate'), end);
    assert.equal(one.flushes(), 1);
    one.close();
    await setImmediate();
    assert.equal(one.flushes(), 1);
  });

  it('is flushed by its end where phases still wait for that', async (t) => {
    const { record, flushes, close } = watched(t);
    record(phase('prepare'));
    close();
    assert.equal(flushes(), 1);
    await setImmediate();
    assert.equal(flushes(), 1);
  });

  it('that cannot be begun keeps nothing from being put beside it', (t) => {
    const { record, isWanted, flushes } = watched(t);
    t.mock.method(fs, 'writeSync', () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    syncBuiltinESMExports();
    record(began);
    assert.deepEqual([isWanted(), flushes()], [true, 0]);
  });
});
