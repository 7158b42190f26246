import type { Clock } from '../../src/engine/world.ts';

interface Appointment {
  readonly atMs: number;
  readonly action: () => void;
}

/** Time that passes only when nothing is left to do: an hour takes as long as what happens in it. */
export class Time {
  readonly #startMs: number;
  /** The next one last. */
  readonly #appointments: Appointment[] = [];
  #nowMs = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Milliseconds since the simulation began. */
  get sinceMs(): number {
    return this.#nowMs;
  }

  /** Calls `action` once; those of one moment in the order in which they were asked for. */
  after(ms: number, action: () => void): () => void {
    const made: Appointment = { atMs: this.#nowMs + Math.max(0, ms), action };
    let place = this.#appointments.length;
    while (place > 0 && (this.#appointments[place - 1] as Appointment).atMs <= made.atMs) place -= 1;
    this.#appointments.splice(place, 0, made);
    return () => {
      const found = this.#appointments.indexOf(made);
      if (found !== -1) this.#appointments.splice(found, 1);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** A clock of a machine that is wrong by what `skewMs` answers. */
  clock(skewMs: () => number): Clock {
    return {
      now: () => this.#startMs + Math.floor(this.#nowMs) + skewMs(),
      after: (ms, action) => this.after(ms, action),
    };
  }

  /** Lets time pass until nobody waits for anything. */
  async passAll(): Promise<void> {
    await settled();
    for (let next = this.#appointments.pop(); next; next = this.#appointments.pop()) {
      this.#nowMs = next.atMs;
      next.action();
      await settled();
    }
  }
}

/** Once all promises have settled that wait for nothing else: a tick comes after them. The event loop itself is not asked, which would be a call of the system for every step of every seed. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
