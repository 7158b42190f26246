import { beating } from './beats.ts';
import { detachedText } from './detached.ts';
import { beatFrame, type Manner } from './frame.ts';
import { type Lesson, lessonBefore } from './lesson.ts';
import { plainFrame } from './packed.ts';
import { madeReady, type Ready, readyFor } from './ready.ts';
import type { Segment } from './session.ts';
import type { Wire } from './wire.ts';

/** Knows what the runner at the other end of a wire still has to learn before it can run segments with a journal. */
export class Teacher {
  readonly #wire: Wire;
  readonly #text: string;
  #lesson: Lesson | null = null;
  #knows: Manner['knows'] = 'nothing';
  #ready: readonly Ready[] = [];
  #stopBeating: (() => void) | null = null;

  /** `lease` is how many looks of a supervisor may pass without a beat of ours before it ends its segment. */
  constructor(wire: Wire, lease: number) {
    this.#wire = wire;
    this.#text = `lease=${lease}\n${String(detachedText)}\n`;
  }

  /**
   * What the runner has to know for such a segment, and how it does: what it does not know has to be sent at once, before anything else. What goes compressed
   * goes with what follows.
   */
  before(segment: Segment, packs: boolean): Pick<Manner, 'lesson' | 'knows' | 'ready' | 'isReadyAs'> {
    this.#lesson ??= lessonBefore(segment, this.#text);
    const knows = this.#knows;
    const isReadyAs = readyFor(segment, this.#ready);
    if (knows === 'nothing' && packs) this.#ready = madeReady(segment.following?.() ?? []);
    this.#begin('held');
    return { lesson: this.#lesson, knows, ready: this.#ready, isReadyAs };
  }

  /** Sends it, as it is. */
  teach(): void {
    if (this.#knows === 'nothing') void this.#wire.write(plainFrame(this.#text));
    this.#begin('plain');
  }

  /** Lets the host hear nothing more. */
  leave(): void {
    this.#stopBeating?.();
  }

  /** From now on the runner knows its lesson, and the host hears that its driver is there. */
  #begin(knows: Manner['knows']): void {
    if (this.#knows !== 'nothing') return;
    this.#knows = knows;
    this.#stopBeating = beating((count) => void this.#wire.write(beatFrame(count)));
    void this.#wire.ending.then(this.#stopBeating);
  }
}
