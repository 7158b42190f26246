import type { Failure } from '../../model/failure.ts';
import type { HostName } from '../../model/host.ts';
import type { Segment, SegmentStep } from '../session.ts';
import type { Fault } from './fault.ts';
import type { MemoryState } from './fleet.ts';
import { applyEffect } from './host.ts';
import type { MemoryRun } from './run.ts';

/** A segment that a host in memory carries out, whoever listens. */
export interface Carried {
  readonly host: HostName;
  readonly segment: Segment;
  readonly run: MemoryRun;
}

/** Does to the host what the segment's steps would do, one after another, and writes it into the run's journal. */
export async function carryOut(state: MemoryState, carried: Carried): Promise<void> {
  const { segment, run } = carried;
  for (const step of segment.steps) {
    await Promise.resolve();
    if (run.stopped.aborted) return run.end({ kind: 'cancelled' });
    const result = await runStep(state, carried, step);
    if (typeof result !== 'number') return run.end(result);
    run.write({ kind: 'ended', step: step.id, code: result });
    if (result !== 0 && !step.mayFail) return run.end({ kind: 'exit', code: result });
  }
  run.end(null);
}

/** The step's exit code, or how the whole run ends. */
async function runStep(state: MemoryState, carried: Carried, step: SegmentStep): Promise<number | Failure> {
  const { host, run } = carried;
  run.write({ kind: 'began', step: step.id });
  const fault = faultAt(state, host, step.id);
  if (fault?.moment === 'before') {
    const struck = await strike(state, fault, run);
    if (struck !== 'nothing') return struck;
  }
  const memory = state.hosts[host];
  const code = memory ? applyEffect(memory, step.effect, { deployment: state.deployment, nowMs: state.now() }) : 0;
  if (step.id === 'serves' && memory?.current)
    run.write({ kind: 'output', step: step.id, text: `releases/${memory.current}\n` });
  if (fault?.moment !== 'after') return code;
  const struck = await strike(state, fault, run);
  return struck === 'nothing' ? code : struck;
}

/** The fault that waits for this time that the host runs the step. */
function faultAt(state: MemoryState, host: HostName, step: string): Fault | undefined {
  const time = (state.times.get(`${host} ${step}`) ?? 0) + 1;
  state.times.set(`${host} ${step}`, time);
  return state.faults.find((fault) => fault.host === host && fault.step === step && fault.time === time);
}

/** What the fault makes of the step; `nothing` when it goes on. */
async function strike(state: MemoryState, fault: Fault, run: MemoryRun): Promise<number | Failure | 'nothing'> {
  const { host } = fault;
  switch (fault.kind) {
    case 'fail':
      return 1;
    case 'lost':
      drop(state, host, 0);
      return 'nothing';
    case 'unheard':
      drop(state, host, state.reconnectMs);
      return 'nothing';
    case 'killed':
      drop(state, host, 0);
      run.write({ kind: 'ended', step: fault.step, code: 137 });
      return { kind: 'exit', code: 137 };
    case 'gone':
      drop(state, host, Number.POSITIVE_INFINITY);
      return { kind: 'lost', message: 'The host is gone.' };
    case 'cancel':
      state.cancel();
      return run.stopped.aborted ? { kind: 'cancelled' } : 'nothing';
    case 'hang':
      await untilAborted(run.stopped);
      return { kind: 'cancelled' };
  }
}

function drop(state: MemoryState, host: HostName, awayMs: number): void {
  state.awayUntil.set(host, state.now() + awayMs);
  state.connections.get(host)?.drop({ kind: 'lost', message: 'The connection dropped.' });
}

/** A step that hangs ends only when it is ended. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
