import { dirname } from 'node:path/posix';
import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { type Ending, Follower } from './follow.ts';
import { bye, type Joined, type Manner, settleFrame } from './frame.ts';
import type { Launch } from './launch.ts';
import { type Handover, isLeft } from './left.ts';
import type { Piece } from './marks.ts';
import { newNonce } from './nonce.ts';
import { Opening } from './opening.ts';
import { Running } from './running.ts';
import { refusalOf } from './script.ts';
import { refuse, untold } from './segment-failures.ts';
import type { Progress, Segment, Session } from './session.ts';
import { Teacher } from './teacher.ts';
import { Turns } from './turns.ts';
import { Wire, type WireEnd } from './wire.ts';

/** What a channel needs to know of the host at its end. */
export interface ChannelOptions {
  readonly host: HostName;
  readonly launch: Launch;
  /** What the runner begins with, as the launch told it. */
  readonly opening: Segment | null;
  /** How long a segment that is stopped may take before it is killed, as the runner was told. */
  readonly stopGraceMs: number;
  /** How many looks of a supervisor may pass without a beat of ours before it ends its segment. */
  readonly lease: number;
  /** What an earlier channel to the host left, and what a later one must know. */
  readonly handover: Handover;
  /** Whether it is measured how far the host is away: words more, which nobody waits for. */
  readonly isTimed: boolean;
  /** The sentence that says how the connection was lost. */
  readonly explainLoss: (end: WireEnd) => string;
}

/** What closing may take beyond the grace of a segment that still runs. */
const closeMs = 2000;

/** How long a segment may hold up another one that the runner began with and nobody asked for. */
const unaskedMs = 10_000;

/** What is tied to its connection needs no lesson. */
const untaught = { lesson: null, knows: 'nothing', ready: [], isReadyAs: null } as const;

/** A session over a child process that leads to a runner: this machine's `sh`, or ssh. */
export class Channel implements Session {
  readonly host: HostName;
  readonly #options: ChannelOptions;
  readonly #wire: Wire;
  readonly #teacher: Teacher;
  readonly #turns: Turns;
  #opening: Opening | null;
  #running: Running | null;
  #turn: Promise<unknown> = Promise.resolve();
  #seq = 0;
  #closed = false;
  /** What the next segment may join. */
  #joinable: Joined | null = null;

  constructor(options: ChannelOptions) {
    this.host = options.host;
    this.#options = options;
    this.#wire = new Wire(options.launch, (piece) => this.#hearPiece(piece));
    this.#turns = new Turns(this.#wire);
    this.#teacher = new Teacher(this.#wire, options.lease);
    const { opening, launch } = options;
    this.#opening = opening && new Opening(opening, launch.nonce, this.#wire);
    this.#running = this.#opening?.running ?? null;
  }

  /** Settles when segments can be run, or when it is certain that they cannot. */
  get greeting(): Promise<'greeted' | WireEnd> {
    return this.#wire.greeting;
  }

  get turnMs(): number | null {
    return this.#turns.shortestMs;
  }

  /** Whether the connection is over. */
  get over(): boolean {
    return this.#closed || this.#wire.over;
  }

  /** What came before the greeting: what the login shell prints. Empty where it keeps quiet. */
  get noise(): string {
    return this.#wire.noise;
  }

  run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const mine = this.#turn.then(() => this.#runNow(segment, progress, signal));
    this.#turn = mine;
    return mine;
  }

  async close(): Promise<void> {
    this.leave();
    // Where nothing runs there is no end to wait for, which would take a round trip.
    if (this.#running === null || this.#running.over) await this.#wire.cut();
    else await this.#wire.close(this.#options.stopGraceMs + closeMs);
  }

  /** Has the host end what runs there, without waiting for it: not even for the word to have arrived. */
  leave(): void {
    this.#closed = true;
    this.#teacher.leave();
    if (this.#running !== null && !this.#running.over) void this.#wire.write(bye);
  }

  /** Ends the connection as a broken wire would: what has a journal goes on without it. */
  kill(): void {
    this.#wire.kill();
  }

  /** Gives up before the greeting. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#wire.kill();
    await this.#wire.ending;
  }

  async #runNow(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    if (this.over) return this.#lost(segment, await this.#wire.ending);
    const isAgain = isLeft(this.#options.handover, segment);
    if (signal.aborted && !isAgain) return { kind: 'cancelled' };
    const opening = this.#takeOpening();
    if (opening?.isSame(segment)) return this.#hear(opening, progress, signal);
    if (opening !== null) {
      await opening.running.end(AbortSignal.any([signal, AbortSignal.timeout(unaskedMs)]), this.#options.stopGraceMs);
      return this.#runNow(segment, progress, signal);
    }
    if (isAgain) return this.#attach(segment, progress, signal);
    this.#settleLeft();
    const refusal = refusalOf(segment);
    return refusal === null ? this.#send(segment, progress, signal) : refuse(segment, progress, refusal);
  }

  /** A runner that has just started a segment is free to say a word back. */
  #hearPiece(piece: Piece): void {
    this.#turns.hear(piece);
    const hasStarted = this.#running?.hear(piece) ?? false;
    if (hasStarted && this.#options.isTimed) this.#turns.ask();
  }

  /** Only the first run can ask for it: later on it is an old tale. */
  #takeOpening(): Opening | null {
    const opening = this.#opening;
    this.#opening = null;
    return opening;
  }

  async #hear(opening: Opening, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    opening.tellTo(progress);
    return this.#failureOf(opening.segment, await opening.running.end(signal, this.#options.stopGraceMs));
  }

  async #send(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const manner = this.#mannerOf(segment);
    const nonce = manner.isReadyAs?.nonce ?? newNonce();
    const run = { seq: ++this.#seq, nonce, joins: this.#takeJoinable(segment) };
    const follower = new Follower(segment, run, progress);
    const running = new Running({ segment, ...run, follower }, this.#wire);
    this.#running = running;
    const lettingGo = (): void => {
      if (segment.journal !== null) this.#options.handover.left = { segment, follower };
    };
    const [problem, ending] = await Promise.all([
      running.send(manner, signal, lettingGo),
      running.end(signal, this.#options.stopGraceMs),
    ]);
    const how = 'kind' in ending ? ending : null;
    if (how?.kind === 'closed') {
      this.#options.handover.left = null;
      return this.#runNow(segment, progress, signal);
    }
    if (how?.kind === 'ended' && how.goesOn && !running.stopping)
      this.#joinable = { journal: run.joins?.journal ?? segment.journal ?? '', heard: follower.heard };
    const wasTakenBack = how?.kind === 'dropped' && !signal.aborted;
    return wasTakenBack && problem !== null ? refuse(segment, progress, problem) : this.#failureOf(segment, ending);
  }

  #mannerOf(segment: Segment): Manner {
    const packs = this.#options.launch.isFar && this.#wire.packs;
    const taught = segment.journal === null ? untaught : this.#teacher.before(segment, packs);
    return { ...taught, packs, known: this.#wire.known };
  }

  /** What a segment of the same deployment joins. Whatever else is sent ends it. */
  #takeJoinable({ journal }: Segment): Joined | null {
    const joinable = this.#joinable;
    this.#joinable = null;
    if (joinable === null || joinable.heard.status !== null || journal === null) return null;
    return dirname(joinable.journal) === dirname(journal) ? joinable : null;
  }

  /** Goes on with what an earlier channel began. What the host knows nothing of never began there: it is sent once more. */
  async #attach(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const { left } = this.#options.handover;
    if (left === null) return this.#runNow(segment, progress, signal);
    this.#teacher.teach();
    const run = { seq: ++this.#seq, nonce: '', joins: null };
    left.follower.goOn(run.seq, progress);
    const running = new Running({ segment, ...run, follower: left.follower }, this.#wire);
    this.#running = running;
    running.attach();
    const ending = await running.end(signal, this.#options.stopGraceMs);
    if (!('kind' in ending) || ending.kind !== 'absent') return this.#failureOf(segment, ending);
    this.#options.handover.left = null;
    return this.#runNow(segment, progress, signal);
  }

  /** What was left must not go on beside what comes now; the runner sees to that before it reads on. */
  #settleLeft(): void {
    const { handover } = this.#options;
    const journal = handover.left?.segment.journal ?? null;
    handover.left = null;
    if (journal === null) return;
    this.#teacher.teach();
    void this.#wire.write(settleFrame(journal));
  }

  #failureOf(segment: Segment, ending: Ending | WireEnd): Failure | null {
    if (!('kind' in ending)) return this.#lost(segment, ending);
    if (ending.kind === 'unfollowed') return untold(segment, ending.kind);
    this.#options.handover.left = null;
    if (ending.kind === 'foreign' || ending.kind === 'unmade') return untold(segment, ending.kind);
    return ending.kind === 'ended' ? ending.failure : { kind: 'cancelled' };
  }

  /** Nothing more can be heard of what is tied to its connection. */
  #lost(segment: Segment, end: WireEnd): Failure {
    const message = this.#closed ? 'The connection was closed.' : this.#options.explainLoss(end);
    const { handover } = this.#options;
    const isTied =
      segment.journal === null || (isLeft(handover, segment) && handover.left?.follower.started === 'tied');
    if (isTied && isLeft(handover, segment)) handover.left = null;
    return isTied || this.#closed || this.#running?.isGivenUp
      ? { kind: 'lost', message, isFinal: true }
      : { kind: 'lost', message };
  }
}
