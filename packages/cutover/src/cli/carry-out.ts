import { execute, type Result } from '../engine/execute.ts';
import type { OpenPayload, PayloadProblem } from '../engine/world.ts';
import { isLocked, isOtherBasis } from '../events/cause.ts';
import type { Settings } from '../model/settings.ts';
import { lintPlan } from '../plan/lint.ts';
import type { Plan } from '../plan/plan.ts';
import type { Fleet } from '../remote/session.ts';
import type { Face } from '../report/face.ts';
import { openPayloads, type Payloads } from '../source/payloads.ts';
import { isSourceProblem, type SourceProblem } from '../source/problem.ts';
import type { MadePayload } from '../source/spool.ts';
import { verdictOn } from './audit/verdict.ts';
import { Exit, type ExitCode } from './exit.ts';
import { faceFor } from './faces.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { openRecorder } from './recorder.ts';
import type { Stopping } from './signals.ts';

/** What a plan is carried out with. */
export interface Means {
  readonly settings: Settings;
  readonly fleet: Fleet;
  readonly options: StageOptions;
  readonly outside: Outside;
  readonly stopping: Stopping;
  /** Instead of the face that fits the options. */
  readonly face?: Face;
}

/** Carries a plan out before the eyes of the user, or takes it back, and records its events on this machine. */
export async function carryOut(plan: Plan, means: Means, how: typeof execute = execute): Promise<Result> {
  const { outside, settings } = means;
  mustBeSound(plan);
  const face = means.face ?? (await faceFor(means.options, outside));
  means.stopping.beforeLeaving(() => face.end());
  const recorder = openRecorder(plan, outside);
  const payloads = payloadsFor(plan, means, how === execute);
  try {
    return await how(plan, {
      fleet: means.fleet,
      clock: { now: outside.nowMs, after: (ms, action) => timer(ms, action) },
      record(event) {
        recorder.record(event);
        face.event(event);
        outside.trace?.event(event);
      },
      recorded: () => recorder.begun(),
      payload: async (payload, host) =>
        opened((await outside.ahead?.made(payload)) ?? (await payloads.make(payload, host))),
      secrets: settings.secrets,
      judge: (what, heard) => verdictOn(what, heard, settings),
      cancel: means.stopping.signal,
      reconnectMs: settings.limits.reconnectMs,
      random: outside.random,
      by: outside.by,
    });
  } finally {
    face.end();
    recorder.close();
    await payloads.dispose();
  }
}

/** The exit code that tells how a deployment ended. */
export function exitOf(result: Result): ExitCode {
  if (result.outcome === 'succeeded') return Exit.succeeded;
  if (result.outcome === 'stuck') return Exit.stuck;
  if (result.cause && isLocked(result.cause)) return Exit.locked;
  if (result.cause && isOtherBasis(result.cause)) return Exit.refused;
  return result.cause?.failure.kind === 'cancelled' ? Exit.interrupted : Exit.undone;
}

function mustBeSound(plan: Plan): void {
  const complaints = lintPlan(plan);
  if (complaints.length > 0)
    throw new Error(`The plan is not sound, which is a defect of Cutover:\n${complaints.join('\n')}`);
}

/** A host is asked what it holds only where nothing of the deployment can be running on it yet. */
function payloadsFor(plan: Plan, { settings, fleet, stopping }: Means, isFresh: boolean): Payloads {
  const { source } = settings;
  const { signal } = stopping;
  return openPayloads({
    repository: source.kind === 'git' ? source.repository : null,
    exclude: source.kind === 'artifact' ? source.exclude : [],
    signal,
    ...(isFresh
      ? { held: async (have, host) => (await import('./held.ts')).heldBy(plan, { fleet, signal }, { have, host }) }
      : {}),
  });
}

function opened(made: MadePayload | SourceProblem): OpenPayload | PayloadProblem {
  if (isSourceProblem(made)) return { kind: 'problem', message: made.message };
  return { kind: 'open', bytes: made.bytes, read: () => made.read() };
}

function timer(ms: number, action: () => void): () => void {
  const running = setTimeout(action, ms);
  return () => clearTimeout(running);
}
