import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Span } from '../../src/model/span.ts';
import { timingLines } from '../../src/report/timings.ts';
import type { TraceEvent } from '../../src/report/trace.ts';
import { ended, project } from './kit.ts';

describe('where the time goes', () => {
  it('is a table with --timings and a Chrome trace with CUTOVER_TRACE: hosts, round trips, steps', async (t) => {
    const site = project(t);
    const file = join(site.directory, 'trace.json');
    const env = { ...site.outside.env, CUTOVER_TRACE: file };
    const { err } = ended(await site.cutoverIn({ env }, 'deploy', '--timings'), 0);
    for (const word of ['config', 'revision', 'connect and look', 'prepare', 'activate', 'all'])
      assert.match(err, new RegExp(`^${word} +[0-9. s]+`, 'm'));
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { readonly traceEvents: readonly TraceEvent[] };
    const places = traceEvents.flatMap(({ name, args }) => (name === 'process_name' ? [args?.name] : []));
    assert.deepEqual(new Set(places), new Set(['here', 'one', 'two']));
    const named = (name: string, cat = 'step') =>
      traceEvents.filter((event) => event.name === name && event.cat === cat);
    assert.equal(named('connect', 'connection').length, 2);
    for (const name of ['receive', 'activate']) assert.equal(named(name).length, 2, name);
    for (const { dur } of traceEvents) assert.ok(dur === undefined || dur >= 0);
  });

  it('names the longest step of a phase and its host', () => {
    const span = (kind: Span['kind'], name: string, times: readonly [number, number], place = 'here'): Span => ({
      place,
      kind,
      name,
      fromMs: times[0],
      toMs: times[1],
    });
    assert.deepEqual(
      timingLines([
        span('driver', 'start', [0, 25]),
        span('driver', 'command', [30, 1030]),
        span('phase', 'prepare', [100, 700]),
        span('step', 'receive', [110, 500], 'web1'),
        span('step', 'receive', [110, 690], 'web2'),
        span('step', 'activate', [800, 2000], 'web1'),
      ]),
      [
        'phase    began    took     longest in it',
        'start    0.000 s  0.025 s',
        'prepare  0.100 s  0.600 s  receive on web2, 0.580 s',
        'all               1.030 s',
      ],
    );
  });
});
