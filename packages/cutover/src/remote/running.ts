import type { Ending, Follower } from './follow.ts';
import { attachFrame, drop, go, type Manner, type Run, runFrame, seenFrame, stopFrame } from './frame.ts';
import type { Piece } from './marks.ts';
import type { Segment } from './session.ts';
import { upload } from './upload.ts';
import type { Wire, WireEnd } from './wire.ts';

/** How long nothing may be heard of a host that was to stop something, beyond the grace of that, until it tells of the end: then the connection is given up. */
export const unheededMs = 30_000;

/** What is run on a channel, and who listens. */
export interface Order extends Run {
  readonly segment: Segment;
  readonly follower: Follower;
}

/** One segment on its way over a wire: sent or attached to, followed to its end, stopped when that is asked for. */
export class Running {
  readonly #order: Order;
  readonly #wire: Wire;
  readonly #ending = Promise.withResolvers<Ending>();
  /** How long nothing may be heard until its end; it may be anything while it need not end. */
  #limitMs: number | null = null;
  #unheeded: NodeJS.Timeout | undefined;
  #isGivenUp = false;
  #stopping = false;
  #over = false;

  constructor(order: Order, wire: Wire) {
    this.#order = order;
    this.#wire = wire;
  }

  /** How it ends on the host, or how the connection does. A signal that is aborted stops it; a host that does not heed that is given up. */
  async end(signal: AbortSignal, graceMs: number): Promise<Ending | WireEnd> {
    const stop = (): void => {
      this.stop();
      this.#limitMs ??= graceMs + unheededMs;
      this.#awaitEnd();
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const ending = await Promise.race([this.#ending.promise, this.#wire.ending]);
    signal.removeEventListener('abort', stop);
    clearTimeout(this.#unheeded);
    this.#limitMs = null;
    return ending;
  }

  /** Whether the host did not end what it was told to end. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Whether it was told to stop. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Whether its end was heard. */
  get over(): boolean {
    return this.#over;
  }

  /** Sends the segment and lets it go, which is told just before. Gives why it had to be taken back instead, as a sentence. */
  async send(manner: Manner, signal: AbortSignal, lettingGo: () => void): Promise<string | null> {
    const { segment } = this.#order;
    const { payload, after = null } = segment;
    const frame = runFrame(segment, this.#order, manner);
    if (payload === null && after === null) {
      lettingGo();
      await this.#wire.write(Buffer.concat([frame, Buffer.from(go)]));
      return null;
    }
    await this.#wire.write(frame);
    const problem = payload && (await upload(payload, (data) => this.#wire.write(data), signal));
    await after;
    if (problem === null) lettingGo();
    await this.#wire.write(problem === null ? go : drop);
    return problem;
  }

  /** Attaches to the segment, which another channel has sent. */
  attach(): void {
    const { segment, seq, follower } = this.#order;
    follower.again();
    void this.#wire.write(attachFrame(seq, segment.journal ?? '', follower.heard.bytes));
  }

  /** Gives whether the host says by it that it has begun. */
  hear(piece: Piece): boolean {
    const { follower } = this.#order;
    const hadStarted = this.#started;
    this.#awaitEnd();
    const ending = follower.hear(piece);
    if (isCut(piece, follower.heard.seq)) this.attach();
    if (!hadStarted && this.#stopping) this.stop();
    if (ending !== null && !this.#over) this.#settle(ending);
    return this.#started && !hadStarted;
  }

  /** The runner can stop what it has started; before that, this waits until it has. */
  stop(): void {
    this.#stopping = true;
    if (this.#started) void this.#wire.write(stopFrame(this.#order.seq));
  }

  /** Whether the host has begun with it, so that it can be told to stop. */
  get #started(): boolean {
    return this.#order.follower.started !== 'no';
  }

  #awaitEnd(): void {
    clearTimeout(this.#unheeded);
    if (this.#limitMs !== null) this.#unheeded = setTimeout(() => this.#giveUp(), this.#limitMs);
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#wire.kill();
  }

  #settle(ending: Ending): void {
    this.#over = true;
    if (ending.kind === 'ended' || ending.kind === 'stopped') void this.#wire.write(seenFrame(this.#order.seq));
    this.#ending.resolve(ending);
  }
}

/** Whether the host took out of the output what lay before: it copies on from the byte that it is told. */
function isCut(piece: Piece, seq: number): boolean {
  return piece.kind === 'mark' && piece.words[0] === 'cut' && piece.words[1] === String(seq);
}
