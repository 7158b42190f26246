import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Away } from '../../src/engine/away.ts';
import { Limits as StepLimits } from '../../src/engine/limits.ts';
import type { Clock } from '../../src/engine/world.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Limits } from '../../src/model/settings.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { FaultKind } from '../../src/remote/memory/fault.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { stepOf } from '../kit/segments.ts';
import { aHook, wanted } from '../kit/wishes.ts';

const idleMs = 5000;
const phaseMs = 9000;

const cases: readonly (readonly [string, Partial<Limits>, { readonly idleMs?: number }, Failure])[] = [
  ['its own limit', {}, {}, { kind: 'timeout', afterMs: 20_000 }],
  ['the limit of its phase', { phaseMs }, {}, { kind: 'timeout', afterMs: phaseMs, of: 'phase' }],
  ['its limit without output', { phaseMs }, { idleMs }, { kind: 'timeout', afterMs: idleMs, of: 'idle' }],
];

describe('a hook that never ends', () => {
  for (const [what, limits, hook, failure] of cases)
    it(`is ended by ${what}, which is the cause, and everything is taken back`, async () => {
      const { result, served, hosts } = await stuckInHook(limits, hook, 'hang');
      assert.deepEqual([result?.outcome, result?.cause?.failure], ['undone', failure]);
      assert.deepEqual(
        Object.values(hosts).map(({ current }) => current),
        [served, served],
      );
    });

  it('is not ended for its silence while nothing could be heard', async () => {
    const { result } = await stuckInHook({ reconnectMs: 60_000 }, { idleMs }, 'unheard');
    assert.equal(result?.cause?.failure.kind, 'lost');
  });
});

describe('a host', () => {
  it('that does not begin with what it was sent is given up after a minute, of which none count in which it could not be heard', () => {
    const [beganLate, never] = [watch(), watch()];
    beganLate.clock.pass(59_000);
    beganLate.limits.deaf();
    beganLate.clock.pass(600_000);
    beganLate.limits.heard();
    beganLate.clock.pass(59_000);
    beganLate.limits.began('one');
    beganLate.clock.pass(19_000);
    assert.equal(beganLate.limits.reached, null);
    never.clock.pass(61_000);
    assert.deepEqual(never.limits.reached, { kind: 'timeout', afterMs: 60_000, of: 'start' });
    assert.ok(never.limits.signal.aborted);
  });

  it('has for what is sent to it the limit of its step as well', () => {
    const sent = watch({ hasPayload: true });
    sent.clock.pass(79_000);
    assert.equal(sent.limits.reached, null);
    sent.clock.pass(2000);
    assert.deepEqual(sent.limits.reached, { kind: 'timeout', afterMs: 80_000, of: 'transfer' });
  });

  it('may begin whenever its turn comes with what is done for it on this machine, which is one thing after another for all hosts', () => {
    const { clock, limits } = watch({ isHere: true });
    clock.pass(3_600_000);
    limits.began('one');
    clock.pass(19_000);
    assert.equal(limits.reached, null);
    clock.pass(2000);
    assert.deepEqual(limits.reached, { kind: 'timeout', afterMs: 20_000 });
  });

  it('that is lost again as soon as it answers is away all the while; one that is followed for a while is not', () => {
    const clock = passingClock();
    const away = new Away({ clock, reconnectMs: 120_000 });
    const flap = (times: number, followedMs: number) => {
      for (let i = 0; i < times; i += 1) {
        away.lost();
        clock.pass(1000);
        away.answers();
        clock.pass(followedMs);
      }
    };
    flap(100, 15_000);
    assert.equal(away.isOver, false);
    flap(40, 1000);
    assert.equal(away.isOver, false);
    flap(40, 1000);
    assert.equal(away.isOver, true);
  });
});

function watch(more: { readonly hasPayload?: boolean; readonly isHere?: boolean } = {}) {
  const clock = passingClock();
  const step = { ...stepOf('one', ':'), limitMs: 20_000 };
  const cancel = new AbortController().signal;
  return { clock, limits: new StepLimits([step], { clock, cancel, hasPayload: false, isHere: false, ...more }) };
}

/** A clock that goes on when it is told to. */
function passingClock(): Clock & { pass(ms: number): void } {
  const waiting = new Set<{ readonly at: number; readonly action: () => void }>();
  let nowMs = 0;
  return {
    now: () => nowMs,
    after(ms, action) {
      const entry = { at: nowMs + ms, action };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    pass(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= untilMs).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        waiting.delete(next);
        nowMs = next.at;
        next.action();
      }
      nowMs = untilMs;
    },
  };
}

async function stuckInHook(limits: Partial<Limits>, more: { readonly idleMs?: number }, kind: FaultKind) {
  const hosts = { web1: usedHost(), web2: usedHost() };
  const served = hosts.web1.current;
  const build = aHook({ when: 'before', phase: 'build', hosts: ['web1', 'web2'], limitMs: 20_000, ...more });
  const plan = planOn(hosts, (wish) => {
    const settings = { ...wish.settings, hooks: [build], limits: { ...wish.settings.limits, ...limits } };
    return planDeploy({ ...wish, settings }, wanted);
  });
  const fault = { host: 'web2', step: 'hook-1', time: 1, kind, moment: 'before' } as const;
  const { result } = await rehearse(plan, hosts, { faults: [fault] });
  return { result, served, hosts };
}
