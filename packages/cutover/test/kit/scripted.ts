import { Readable } from 'node:stream';
import { execute, type Result } from '../../src/engine/execute.ts';
import type { Event } from '../../src/events/event.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Segment, SegmentStep, Session } from '../../src/remote/session.ts';
import { noonMs } from './wishes.ts';

/** What one host does instead of carrying a step out: its exit code, or what becomes of the connection before the step begins. */
export type Answer = number | Failure;

/** What came of a plan, and what the host was sent. */
export interface Scripted {
  readonly events: readonly Event[];
  readonly result: Result;
  readonly segments: readonly Segment[];
}

/** Carries a plan out on one host that answers for every step as the case says; `stop` is the person who ends it. */
export async function carriedOutBy(
  plan: Plan,
  answer: (step: SegmentStep, stop: () => void) => Answer,
  secrets: Readonly<Record<string, string>> = {},
): Promise<Scripted> {
  const events: Event[] = [];
  const segments: Segment[] = [];
  const stop = new AbortController();
  const session: Session = {
    host: 'web1',
    turnMs: null,
    close: () => Promise.resolve(),
    async run(segment, progress) {
      segments.push(segment);
      for (const step of segment.steps) {
        await Promise.resolve();
        const given = answer(step, () => stop.abort('Ctrl-C'));
        if (typeof given !== 'number') return given;
        progress.stepBegan(step.id);
        progress.stepEnded(step.id, given);
        if (given !== 0 && !step.mayFail) return { kind: 'exit', code: given };
      }
      return null;
    },
  };
  const result = await execute(plan, {
    fleet: { session: () => Promise.resolve(session), here: () => session, close: () => Promise.resolve() },
    clock: { now: () => noonMs, after: () => () => {} },
    record: (event) => void events.push(event),
    payload: () => Promise.resolve({ kind: 'open', bytes: 0, read: () => Readable.from([]) }),
    secrets,
    cancel: stop.signal,
    reconnectMs: 0,
    random: () => 0,
    by: 'ann@desk',
  });
  return { events, result, segments };
}
