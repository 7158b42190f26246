import { type Failure, ScriptExit } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import type { Ending } from './follow.ts';
import { Opening } from './opening.ts';
import { Running } from './running.ts';
import { refusalOf } from './script.ts';
import type { Progress, Segment, Session } from './session.ts';
import { type Launch, Wire, type WireEnd } from './wire.ts';

/** What a channel needs to know of the host at its end. */
export interface ChannelOptions {
  readonly host: HostName;
  readonly launch: Launch;
  /** What the runner begins with, as the launch told it. */
  readonly opening: Segment | null;
  /** How long a segment that is stopped may take before it is killed, as the runner was told. */
  readonly stopGraceMs: number;
  /** The sentence that says how the connection was lost. */
  readonly explainLoss: (end: WireEnd) => string;
}

/** What closing may take beyond the grace of a segment that still runs. */
const closeMs = 2000;

/** How long a segment may hold up another one that the runner began with and nobody asked for. */
const unaskedMs = 10_000;

/** A session over a child process that leads to a runner: this machine's `sh`, or ssh. */
export class Channel implements Session {
  readonly host: HostName;
  readonly #options: ChannelOptions;
  readonly #wire: Wire;
  #opening: Opening | null;
  #running: Running | null;
  #turn: Promise<unknown> = Promise.resolve();
  #seq = 0;
  #closed = false;

  constructor(options: ChannelOptions) {
    this.host = options.host;
    this.#options = options;
    this.#wire = new Wire(options.launch, (piece) => this.#running?.hear(piece));
    const { opening, launch } = options;
    this.#opening = opening && new Opening(opening, launch.nonce, this.#wire);
    this.#running = this.#opening?.running ?? null;
  }

  /** Settles when segments can be run, or when it is certain that they cannot. */
  get greeting(): Promise<'greeted' | WireEnd> {
    return this.#wire.greeting;
  }

  /** Whether the connection is over. */
  get over(): boolean {
    return this.#closed || this.#wire.over;
  }

  run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const mine = this.#turn.then(() => this.#runNow(segment, progress, signal));
    this.#turn = mine;
    return mine;
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Where nothing runs there is no end to wait for, which would take a round trip.
    if (this.#running === null || this.#running.over) this.#wire.kill();
    await this.#wire.close(this.#options.stopGraceMs + closeMs);
  }

  /** Gives up before the greeting. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#wire.kill();
    await this.#wire.ending;
  }

  async #runNow(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    if (this.over) return this.#lost(await this.#wire.ending);
    if (signal.aborted) return { kind: 'cancelled' };
    const opening = this.#takeOpening();
    if (opening?.isSame(segment)) return this.#hear(opening, progress, signal);
    if (opening !== null) {
      await this.#follow(opening.running, AbortSignal.any([signal, AbortSignal.timeout(unaskedMs)]));
      return this.#runNow(segment, progress, signal);
    }
    const refusal = refusalOf(segment);
    return refusal === null ? this.#send(segment, progress, signal) : refuse(segment, progress, refusal);
  }

  /** Only the first run can ask for it: later on it is an old tale. */
  #takeOpening(): Opening | null {
    const opening = this.#opening;
    this.#opening = null;
    return opening;
  }

  async #hear(opening: Opening, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    opening.tellTo(progress);
    return this.#failureOf(await this.#follow(opening.running, signal));
  }

  async #send(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const order = { segment, progress, seq: ++this.#seq, nonce: this.#options.launch.nonce };
    const running = new Running(order, this.#wire);
    this.#running = running;
    const [problem, ending] = await Promise.all([running.send(signal), this.#follow(running, signal)]);
    const wasTakenBack = 'kind' in ending && ending.kind === 'dropped' && !signal.aborted;
    return wasTakenBack && problem !== null ? refuse(segment, progress, problem) : this.#failureOf(ending);
  }

  /** How it ends on the host, or how the connection does. */
  async #follow(running: Running, signal: AbortSignal): Promise<Ending | WireEnd> {
    const stop = () => running.stop();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const ending = await Promise.race([running.ending, this.#wire.ending]);
    signal.removeEventListener('abort', stop);
    return ending;
  }

  #failureOf(ending: Ending | WireEnd): Failure | null {
    if (!('kind' in ending)) return this.#lost(ending);
    return ending.kind === 'ended' ? ending.failure : { kind: 'cancelled' };
  }

  #lost(end: WireEnd): Failure {
    const message = this.#closed ? 'The connection was closed.' : this.#options.explainLoss(end);
    return { kind: 'lost', message, isFinal: true };
  }
}

/** A segment that cannot be sent fails in its first step, where a person looks for the reason. */
function refuse(segment: Segment, progress: Progress, reason: string): Failure {
  const step = segment.steps[0]?.id ?? segment.id;
  progress.stepBegan(step);
  progress.stepOutput(step, `${reason}\n`);
  progress.stepEnded(step, ScriptExit.refused);
  return { kind: 'exit', code: ScriptExit.refused };
}
