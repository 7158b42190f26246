import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Event } from '../../src/events/event.ts';
import { childrenOf } from '../kit/processes.ts';
import { shop, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';

const points = [
  'before prepare',
  'after prepare',
  'build',
  'after verify',
  'before activate',
  'after activate',
  'after check',
  'after finish',
];

describe('a deployment whose connection is killed in every phase', () => {
  it('succeeds as if nothing had been: each hook runs once, and what it printed is told whole and once', async (t) => {
    const site = await shop(t);
    const mark = (i: number, word: string) => join(site.directory, `${word}-${i}`);
    const hookAt = (i: number) =>
      `echo "é $$ begins" | tee -a '${mark(i, 'ran')}'; until test -e '${mark(i, 'go')}'; do sleep 0.1; done; echo "${i} ends"`;
    site.configure({ hooks: Object.fromEntries(points.map((point, i) => [point, [hookAt(i)]])) });
    const call = site.start('deploy', '--json');
    for (const i of points.keys()) {
      await until(`the hook ${points[i]} runs`, () => existsSync(mark(i, 'ran')), call);
      const clients = childrenOf(call.pid, 'web1');
      // One that only stands still for a while is not even noticed.
      const [end, then] = i === 2 ? (['SIGSTOP', 'SIGCONT'] as const) : (['SIGKILL', null] as const);
      for (const pid of clients) process.kill(pid, end);
      writeFileSync(mark(i, 'go'), '');
      if (then !== null) for (const pid of clients) process.kill(pid, then);
    }
    const done = await call.ended;
    succeeded(done);
    const events = done.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
    for (const i of points.keys()) {
      const ran = readFileSync(mark(i, 'ran'), 'utf8');
      assert.equal(ran.match(/begins/g)?.length, 1, `${points[i]} ran once`);
      assert.equal(outputOf(events, `hook-${i + 1}`), `${ran}${i} ends\n`);
    }
    assert.ok(events.some((event) => event.type === 'host.reattached'));
    assert.equal(events.at(-1)?.type, 'deployment.ended');
    assert.equal(site.isLocked('web1'), false);
    assert.equal(site.read('web1', 'index.html'), 'first\n');
  });
});

function outputOf(events: readonly Event[], step: string): string {
  return events.map((event) => (event.type === 'step.output' && event.step === step ? event.text : '')).join('');
}
