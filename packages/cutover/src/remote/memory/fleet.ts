import type { DeploymentId } from '../../model/deployment.ts';
import type { Failure } from '../../model/failure.ts';
import type { ByHost, HostName } from '../../model/host.ts';
import type { Fleet, OpenFailure, Progress, Segment, SegmentStep, Session } from '../session.ts';
import type { Fault } from './fault.ts';
import { applyEffect, type MemoryHost } from './host.ts';

/** Hosts in memory, and the end of their driver. */
export interface MemoryFleet extends Fleet {
  /** After this nothing reaches any host: the driver is dead. */
  kill(): void;
}

/** What hosts in memory are made from. */
export interface MemoryFleetParts {
  readonly deployment: DeploymentId;
  readonly hosts: ByHost<MemoryHost>;
  readonly faults: readonly Fault[];
  /** Called by a `cancel` fault. */
  cancel(): void;
  /** Called when a step hangs, so that a test's clock can go on to the step's limit. */
  hung(): void;
}

/** Hosts in memory behind the same seam as real ones: a segment's effects are applied in order, faults strike where they were put. */
export function memoryFleet(parts: MemoryFleetParts): MemoryFleet {
  const state: State = { ...parts, gone: new Set(), times: new Map(), isDead: false };
  return {
    session: (host) => Promise.resolve(isAway(state, host) ? unreachable : sessionOf(state, host)),
    here: () => sessionOf(state, 'here'),
    close: () => Promise.resolve(),
    kill() {
      state.isDead = true;
    },
  };
}

interface State extends MemoryFleetParts {
  readonly gone: Set<HostName>;
  /** How often each host ran a step of each id. */
  readonly times: Map<string, number>;
  isDead: boolean;
}

function isAway(state: State, host: HostName): boolean {
  return state.isDead || state.gone.has(host);
}

function sessionOf(state: State, host: HostName): Session {
  return {
    host,
    async run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
      for (const [i, step] of segment.steps.entries()) {
        await Promise.resolve();
        if (signal.aborted) return { kind: 'cancelled' };
        if (faultAt(state, host, step.id)?.kind === 'unheard') return unheard(state, host, segment.steps.slice(i));
        const result = await runStep(state, host, { step, progress, signal });
        if (typeof result !== 'number') return result;
        progress.stepEnded(step.id, result);
        if (result !== 0 && !step.mayFail) return { kind: 'exit', code: result };
      }
      return null;
    },
    close: () => Promise.resolve(),
  };
}

/** The rest of the segment happens, as far as it succeeds, and nobody hears of it. */
function unheard(state: State, host: HostName, steps: readonly SegmentStep[]): Failure {
  const memory = state.hosts[host];
  for (const { effect } of memory ? steps : []) {
    if (memory && applyEffect(memory, effect, state.deployment) !== 0) break;
  }
  return { kind: 'lost', message: 'The connection dropped.' };
}

interface Running {
  readonly step: SegmentStep;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The step's exit code, or what became of the connection. */
async function runStep(state: State, host: HostName, { step, progress, signal }: Running): Promise<number | Failure> {
  if (isAway(state, host)) return { kind: 'lost', message: 'The host is gone.' };
  progress.stepBegan(step.id);
  const fault = faultAt(state, host, step.id);
  state.times.set(`${host} ${step.id}`, (state.times.get(`${host} ${step.id}`) ?? 0) + 1);
  if (fault?.moment === 'before') {
    const struck = await strike(state, fault, signal);
    if (struck !== 'nothing') return struck;
  }
  const memory = state.hosts[host];
  const code = memory ? applyEffect(memory, step.effect, state.deployment) : 0;
  if (step.id === 'serves' && memory?.current) progress.stepOutput(step.id, `releases/${memory.current}\n`);
  if (fault?.moment !== 'after') return code;
  const struck = await strike(state, fault, signal);
  return struck === 'nothing' ? code : struck;
}

/** The fault that waits for the next time that the host runs this step. */
function faultAt(state: State, host: HostName, step: string): Fault | undefined {
  const time = (state.times.get(`${host} ${step}`) ?? 0) + 1;
  return state.faults.find((fault) => fault.host === host && fault.step === step && fault.time === time);
}

/** What the fault makes of the step; `nothing` when a cancellation met work that cannot be cancelled. */
async function strike(state: State, fault: Fault, signal: AbortSignal): Promise<number | Failure | 'nothing'> {
  switch (fault.kind) {
    case 'fail':
      return 1;
    case 'lost':
    case 'unheard':
      return { kind: 'lost', message: 'The connection dropped.' };
    case 'gone':
      state.gone.add(fault.host);
      return { kind: 'lost', message: 'The host is gone.' };
    case 'cancel':
      state.cancel();
      return signal.aborted ? { kind: 'cancelled' } : 'nothing';
    case 'hang':
      return untilAborted(signal, state.hung);
  }
}

const unreachable: OpenFailure = { kind: 'unreachable', reason: 'no-answer', message: 'The host does not answer.' };

/** A step that hangs ends only when it is ended. */
function untilAborted(signal: AbortSignal, hung: () => void): Promise<Failure> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
    if (signal.aborted) resolve({ kind: 'cancelled' });
    else hung();
  });
}
