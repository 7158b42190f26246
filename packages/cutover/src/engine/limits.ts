import type { Failure } from '../model/failure.ts';
import type { SegmentStep } from '../remote/session.ts';
import type { Clock } from './world.ts';

/** A step with its limits, in milliseconds. */
export interface LimitedStep extends SegmentStep {
  readonly limitMs: number;
  /** How long it may print nothing; as long as it likes when there is none. */
  readonly idleMs?: number | undefined;
}

/** How long a host may take to begin with what it was sent, in milliseconds: one that starts processes slowly, or tries again where it cannot. */
const startMs = 60_000;

/** Watches over the limits of one segment's steps, one after another, and over what cancels all of them. */
export class Limits {
  readonly #steps: readonly LimitedStep[];
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #start: Extract<Failure, { kind: 'timeout' }> | null;
  #hasBegun = false;
  #idleMs: number | undefined;
  #reached: Failure | null = null;
  #stopListening = (): void => {};
  #stopTimer = (): void => {};
  #stopIdle = (): void => {};

  /** Whoever makes it lets go of `cancel` by `close`: signals that are joined by `AbortSignal.any` cost as much as all else of a segment. */
  constructor(
    steps: readonly LimitedStep[],
    parts: {
      readonly clock: Clock;
      readonly cancel: AbortSignal;
      readonly hasPayload: boolean;
      readonly isHere: boolean;
    },
  ) {
    this.#steps = steps;
    this.#clock = parts.clock;
    this.#start = startLimit(steps, parts);
    this.heard();
    const abort = (): void => this.#over.abort();
    if (parts.cancel.aborted) abort();
    else parts.cancel.addEventListener('abort', abort, { once: true });
    this.#stopListening = () => parts.cancel.removeEventListener('abort', abort);
  }

  /** Aborted when a limit is reached, or the segment cancelled. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** The failure of the step whose limit was reached. */
  get reached(): Failure | null {
    return this.#reached;
  }

  began(id: string): void {
    this.#stopTimer();
    this.#hasBegun = true;
    const step = this.#steps.find((each) => each.id === id);
    const limitMs = step?.limitMs ?? 0;
    this.#stopTimer = this.#clock.after(limitMs, () => this.#reach({ kind: 'timeout', afterMs: limitMs }));
    this.#idleMs = step?.idleMs;
    this.heard();
  }

  /** What runs is alive: it has printed something, or is followed again. */
  heard(): void {
    if (!this.#hasBegun) return this.#awaitStart();
    const afterMs = this.#idleMs;
    this.#stopIdle();
    if (afterMs === undefined) return;
    this.#stopIdle = this.#clock.after(afterMs, () => this.#reach({ kind: 'timeout', afterMs, of: 'idle' }));
  }

  /** Nothing can be heard for a while: silence says nothing about the step. */
  deaf(): void {
    this.#stopIdle();
    if (!this.#hasBegun) this.#stopTimer();
  }

  ended(): void {
    this.#idleMs = undefined;
    this.#stopTimer();
    this.#stopIdle();
  }

  close(): void {
    this.ended();
    this.#stopListening();
  }

  #awaitStart(): void {
    const reached = this.#start;
    this.#stopTimer();
    if (reached !== null) this.#stopTimer = this.#clock.after(reached.afterMs, () => this.#reach(reached));
  }

  #reach(failure: Failure): void {
    this.#reached ??= failure;
    this.#over.abort();
  }
}

/** What is sent beforehand is sent within the limit of its step. On this machine all hosts share one shell: what is run there may have to wait for that. */
function startLimit(
  steps: readonly LimitedStep[],
  { hasPayload, isHere }: { readonly hasPayload: boolean; readonly isHere: boolean },
): Extract<Failure, { kind: 'timeout' }> | null {
  if (isHere) return null;
  if (!hasPayload) return { kind: 'timeout', afterMs: startMs, of: 'start' };
  return { kind: 'timeout', afterMs: startMs + Math.max(...steps.map(({ limitMs }) => limitMs)), of: 'transfer' };
}
