import { beating } from './beats.ts';
import { detachedText } from './detached.ts';
import { beatFrame, type Manner } from './frame.ts';
import { type Lesson, lessonBefore } from './lesson.ts';
import { plainFrame } from './packed.ts';
import type { Segment } from './session.ts';
import type { Wire } from './wire.ts';

/** Knows what the runner at the other end of a wire still has to learn before it can run segments with a journal. */
export class Teacher {
  readonly #wire: Wire;
  readonly #text: string;
  #lesson: Lesson | null = null;
  #stopBeating: (() => void) | null = null;

  /** `lease` is how many looks of a supervisor may pass without a beat of ours before it ends its segment. */
  constructor(wire: Wire, lease: number) {
    this.#wire = wire;
    this.#text = `lease=${lease}\n${String(detachedText)}\n`;
  }

  /** What the runner has to know for such a segment, and whether it does: what is not known has to be sent at once, before anything else. */
  before(segment: Segment): Pick<Manner, 'lesson' | 'isTaught'> {
    this.#lesson ??= lessonBefore(segment, this.#text);
    return { lesson: this.#lesson, isTaught: this.#begin() };
  }

  /** Sends it, as it is. */
  teach(): void {
    if (!this.#begin()) void this.#wire.write(plainFrame(this.#text));
  }

  /** Lets the host hear nothing more. */
  leave(): void {
    this.#stopBeating?.();
  }

  /** Whether it has begun before. From now on the host hears that its driver is there. */
  #begin(): boolean {
    if (this.#stopBeating !== null) return true;
    this.#stopBeating = beating((count) => void this.#wire.write(beatFrame(count)));
    void this.#wire.ending.then(this.#stopBeating);
    return false;
  }
}
