import { performance } from 'node:perf_hooks';

interface Waiting {
  readonly due: number;
  readonly act: () => void;
}

/** Does what is put in after its delay and in the order it came; many may be under way at once, as on a long cable. */
export class DelayLine {
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;

  put(delayMs: number, act: () => void): void {
    if (delayMs === 0 && this.#waiting.length === 0) return act();
    const earliest = this.#waiting.at(-1)?.due ?? 0;
    this.#waiting.push({ due: Math.max(earliest, performance.now() + delayMs), act });
    this.#wait();
  }

  /** Forgets what is still under way. */
  clear(): void {
    this.#waiting.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const next = this.#waiting[0];
    if (next === undefined || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#release(), Math.max(0, next.due - performance.now()));
  }

  #release(): void {
    this.#timer = null;
    // Timers count whole milliseconds: half of one is not worth another round.
    const now = performance.now() + 0.5;
    while ((this.#waiting[0]?.due ?? Number.POSITIVE_INFINITY) <= now) this.#waiting.shift()?.act();
    this.#wait();
  }
}
