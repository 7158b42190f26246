import { beating } from './beats.ts';
import { detachedText } from './detached.ts';
import { beatFrame } from './frame.ts';
import { plainFrame } from './packed.ts';
import type { Wire } from './wire.ts';

/** Knows what the runner at the other end of a wire still has to learn before it can run segments with a journal. */
export class Teacher {
  readonly #wire: Wire;
  readonly #lease: number;
  #stopBeating: (() => void) | null = null;

  /** `lease` is how many looks of a supervisor may pass without a beat of ours before it ends its segment. */
  constructor(wire: Wire, lease: number) {
    this.#wire = wire;
    this.#lease = lease;
  }

  /** What has to be sent at once, before anything else; empty where it is known. From now on the host hears that its driver is there. */
  lesson(): string {
    if (this.#stopBeating !== null) return '';
    this.#stopBeating = beating((count) => void this.#wire.write(beatFrame(count)));
    void this.#wire.ending.then(this.#stopBeating);
    return `lease=${this.#lease}\n${String(detachedText)}\n`;
  }

  /** Sends it. */
  teach(): void {
    const lesson = this.lesson();
    if (lesson !== '') void this.#wire.write(plainFrame(lesson));
  }

  /** Lets the host hear nothing more. */
  leave(): void {
    this.#stopBeating?.();
  }
}
