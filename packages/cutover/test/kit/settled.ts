import assert from 'node:assert/strict';
import type { Result } from '../../src/engine/execute.ts';
import type { Event } from '../../src/events/event.ts';
import type { ByHost } from '../../src/model/host.ts';
import { hasServed, stateOf } from '../../src/model/release.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { servesSoundly } from '../../src/remote/memory/sound.ts';

export interface Settled {
  readonly plan: Plan;
  readonly hosts: ByHost<MemoryHost>;
  readonly result: Result;
  readonly events: readonly Event[];
}

/** What must be true when a deployment is over, whatever went wrong in it. */
export function assertSettled(settled: Settled): void {
  for (const [name, host] of Object.entries(settled.hosts)) {
    assert.ok(servesSoundly(host), `${name} serves ${host.current}, which is incomplete, gone or failed`);
    assertLockFreed(settled, name, host);
    assertTruthTold(settled, name, host);
    assertWayBack(name, host);
    if (!settled.result.stuck.includes(name)) assert.deepEqual([...host.out], [], `${name} gets no requests any more`);
  }
  assertOutcome(settled);
  assertEvents(settled.events);
}

/** No lock is left that nobody holds, except on a host that is named as one that could not be closed. */
function assertLockFreed({ result, events }: Settled, name: string, host: MemoryHost): void {
  const unclosed = events.some((event) => event.type === 'closing.failed' && event.host === name);
  if (host.lock !== null)
    assert.ok(
      result.stuck.includes(name) || (result.outcome === 'succeeded' && unclosed),
      `${name} keeps a lock and is not named`,
    );
}

function assertTruthTold({ result }: Settled, name: string, host: MemoryHost): void {
  const told = result.serving[name];
  if (told === undefined || told.kind === 'unknown') return;
  assert.equal(told.kind === 'release' ? told.release : null, host.current, `${name} was said to serve something else`);
}

/** The release that served before this deployment is still there to go back to. */
function assertWayBack(name: string, host: MemoryHost): void {
  const served = [...host.records.values()].filter((record) => hasServed(record) && stateOf(record) !== 'bad');
  if (served.length < 2) return;
  const targets = served.filter(
    (record) => record.name !== host.current && host.directories.get(record.name) === 'complete',
  );
  assert.ok(targets.length > 0, `${name} has nothing left to go back to`);
}

function assertOutcome(settled: Settled): void {
  const { plan, hosts, result } = settled;
  const expected = (name: string): string | null => plan.basis[name] ?? null;
  for (const [name, host] of Object.entries(hosts)) {
    if (result.outcome === 'succeeded')
      assert.equal(host.current, plan.release ?? expected(name), `${name} is not all-new`);
    else if (!result.stuck.includes(name))
      assert.equal(host.current, expected(name), `${name} is not all-old, and not named as stuck`);
  }
  if (isConfirmed(settled))
    assert.equal(result.outcome, 'succeeded', 'it was confirmed on all hosts, and taken back all the same');
  assert.equal(result.outcome === 'succeeded', result.cause === null);
  assert.equal(result.outcome === 'stuck', result.stuck.length > 0);
  if (result.outcome === 'undone' && plan.kind === 'deploy') assertNothingLeft(plan, hosts);
}

/** Past the point of no return. */
function isConfirmed({ plan, events }: Settled): boolean {
  const confirmed = events.filter((event) => event.type === 'step.succeeded' && event.step === 'confirm').length;
  return confirmed > 0 && confirmed === Object.keys(plan.paths).length;
}

function assertNothingLeft(plan: Plan, hosts: ByHost<MemoryHost>): void {
  for (const [name, host] of Object.entries(hosts)) {
    const release = plan.release ?? '';
    const [stays, served] = [host.directories.has(release), host.left.has(release)];
    assert.equal(stays, served, `${name} ${stays ? 'keeps' : 'lacks'} the directory of a release that failed`);
    const record = host.records.get(release);
    if (record) assert.equal(stateOf(record), 'failed', `${name} has the failed release as ${stateOf(record)}`);
  }
}

function assertEvents(events: readonly Event[]): void {
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, i) => i + 1),
    'events are numbered without gaps',
  );
  assert.equal(events[0]?.type, 'deployment.started');
  assert.equal(events.at(-1)?.type, 'deployment.ended');
}
