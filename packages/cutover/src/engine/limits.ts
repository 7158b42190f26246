import type { Failure } from '../model/failure.ts';
import type { SegmentStep } from '../remote/session.ts';
import type { Clock } from './world.ts';

/** A step with its limits, in milliseconds. */
export interface LimitedStep extends SegmentStep {
  readonly limitMs: number;
  /** How long it may print nothing; as long as it likes when there is none. */
  readonly idleMs?: number | undefined;
}

/** Watches over the limits of one segment's steps, one after another, and over what cancels all of them. */
export class Limits {
  readonly #steps: readonly LimitedStep[];
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #idleMs: number | undefined;
  #reached: Failure | null = null;
  #stopListening = (): void => {};
  #stopTimer = (): void => {};
  #stopIdle = (): void => {};

  /** Whoever makes it lets go of `cancel` by `close`: signals that are joined by `AbortSignal.any` cost as much as all else of a segment. */
  constructor(steps: readonly LimitedStep[], parts: { readonly clock: Clock; readonly cancel: AbortSignal }) {
    this.#steps = steps;
    this.#clock = parts.clock;
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
    const step = this.#steps.find((each) => each.id === id);
    const limitMs = step?.limitMs ?? 0;
    this.#stopTimer = this.#clock.after(limitMs, () => this.#reach({ kind: 'timeout', afterMs: limitMs }));
    this.#idleMs = step?.idleMs;
    this.heard();
  }

  /** The step is alive: it has printed something, or is followed again. */
  heard(): void {
    const afterMs = this.#idleMs;
    this.#stopIdle();
    if (afterMs === undefined) return;
    this.#stopIdle = this.#clock.after(afterMs, () => this.#reach({ kind: 'timeout', afterMs, of: 'idle' }));
  }

  /** Nothing can be heard for a while: silence says nothing about the step. */
  deaf(): void {
    this.#stopIdle();
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

  #reach(failure: Failure): void {
    this.#reached ??= failure;
    this.#over.abort();
  }
}
