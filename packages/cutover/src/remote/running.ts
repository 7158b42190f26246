import { type Ending, Follower } from './follow.ts';
import { drop, go, runFrame, seenFrame, stopFrame } from './frame.ts';
import type { Piece } from './marks.ts';
import type { Progress, Segment } from './session.ts';
import { upload } from './upload.ts';
import type { Wire } from './wire.ts';

/** What is run on a channel, and who listens. */
export interface Order {
  readonly segment: Segment;
  readonly seq: number;
  readonly nonce: string;
  readonly progress: Progress;
}

/** One segment on its way over a wire: sent, followed to its end, stopped when that is asked for. */
export class Running {
  readonly #order: Order;
  readonly #wire: Wire;
  readonly #follower: Follower;
  readonly #ending = Promise.withResolvers<Ending>();
  #stopping = false;
  #over = false;

  constructor(order: Order, wire: Wire) {
    this.#order = order;
    this.#wire = wire;
    this.#follower = new Follower(order.segment, order.seq, order.progress);
  }

  get ending(): Promise<Ending> {
    return this.#ending.promise;
  }

  /** Whether its end was heard. */
  get over(): boolean {
    return this.#over;
  }

  /** Sends the segment and lets it go. Gives why it had to be taken back instead, as a sentence. */
  async send(signal: AbortSignal): Promise<string | null> {
    const { segment } = this.#order;
    const frame = runFrame(segment, this.#order);
    if (segment.payload === null) {
      await this.#wire.write(frame + go);
      return null;
    }
    await this.#wire.write(frame);
    const problem = await upload(segment.payload, (data) => this.#wire.write(data), signal);
    await this.#wire.write(problem === null ? go : drop);
    return problem;
  }

  hear(piece: Piece): void {
    const startedBefore = this.#follower.started;
    const ending = this.#follower.hear(piece);
    if (!startedBefore && this.#stopping) this.stop();
    if (ending !== null) this.#settle(ending);
  }

  /** The runner can stop what it has started; before that, this waits until it has. */
  stop(): void {
    this.#stopping = true;
    if (this.#follower.started) void this.#wire.write(stopFrame(this.#order.seq));
  }

  #settle(ending: Ending): void {
    this.#over = true;
    if (ending.kind !== 'dropped') void this.#wire.write(seenFrame(this.#order.seq));
    this.#ending.resolve(ending);
  }
}
