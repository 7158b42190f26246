import { StringDecoder } from 'node:string_decoder';
import type { Failure } from '../model/failure.ts';
import type { Heard, Run } from './frame.ts';
import { MarkReader, type Piece } from './marks.ts';
import { isPacked, unpacked } from './packed.ts';
import type { Progress, Segment, SegmentStep } from './session.ts';

/**
 * How a segment was over on the host. `dropped` is one that never began, `closed` one that could not join, `absent` one that the host
 * knows nothing of, the journal of a `foreign` one cannot be read, that of an `unmade` one was not whole when what made it was killed, and what followed an `unfollowed` one is gone.
 * What `goesOn` takes further segments.
 */
export type Ending =
  | { readonly kind: 'ended'; readonly failure: Failure | null; readonly goesOn: boolean }
  | { readonly kind: 'stopped' | 'dropped' | 'closed' | 'absent' | 'foreign' | 'unmade' | 'unfollowed' };

/** Turns what channels carry of one segment into progress. It knows how far it has heard, whichever channel it was on. */
export class Follower {
  readonly #segment: Segment;
  #nonce: string;
  #marks: MarkReader;
  #seq: string;
  #progress: Progress;
  #decoder = new StringDecoder('utf8');
  #open: SegmentStep | null = null;
  #begun = 0;
  #heard: Heard;
  #failure: Failure | null = null;
  #started: 'no' | 'detached' | 'tied' = 'no';
  /** What the channel carries before this segment has started is of another journal. */
  #isHearing: boolean;
  /** What came compressed so far. */
  #packed: Buffer | null = null;

  constructor(segment: Segment, run: Run, progress: Progress) {
    this.#segment = segment;
    this.#nonce = run.nonce;
    this.#marks = new MarkReader(run.nonce);
    this.#seq = String(run.seq);
    this.#progress = progress;
    this.#heard = run.joins?.heard ?? { seq: run.seq, bytes: 0, status: null };
    this.#isHearing = segment.journal === null || run.joins !== null;
  }

  /** How the host has begun with it, so that it can be told to stop: `tied` to the connection, or `detached` with a journal. */
  get started(): 'no' | 'detached' | 'tied' {
    return this.#started;
  }

  /** How much was heard of the journal that it is in. */
  get heard(): Heard {
    return this.#heard;
  }

  /** Goes on on another channel, or with another listener. */
  goOn(seq: number, progress: Progress): void {
    this.#seq = String(seq);
    this.#progress = progress;
    this.#started = 'no';
    this.#isHearing = false;
    this.#heard = { seq, bytes: this.#heard.bytes, status: null };
  }

  /** Its journal is followed anew, by its own number: until the host says so, nothing follows it. */
  again(): void {
    this.#started = 'no';
    this.#heard.seq = Number(this.#seq);
  }

  /** The ending, once this piece says so. */
  hear(piece: Piece): Ending | null {
    if (piece.kind === 'bytes') return this.#isHearing ? this.#hearBytes(piece.bytes) : null;
    const [verb = '', seq, ...words] = piece.words;
    if (verb === 'gone') return this.#started === 'detached' ? { kind: 'unfollowed' } : null;
    const ofSegment = seq === this.#seq ? this.#hearRunner(verb, words[0] ?? '') : null;
    return ofSegment ?? (seq === String(this.#heard.seq) ? this.#hearFollower(verb, words) : null);
  }

  #hearBytes(bytes: Buffer): Ending | null {
    const isFirst = this.#heard.bytes === 0;
    this.#heard.bytes += bytes.length;
    if (this.#packed !== null || (isFirst && this.#segment.isWhole && isPacked(bytes))) {
      this.#packed = Buffer.concat([this.#packed ?? Buffer.alloc(0), bytes]);
      return null;
    }
    return this.#hearText(bytes);
  }

  #hearText(bytes: Buffer): Ending | null {
    const endings = this.#marks.push(bytes).map((inner) => this.#hearStep(inner));
    return endings.find((ending) => ending !== null) ?? null;
  }

  /** What the runner says of the segment. */
  #hearRunner(verb: string, first: string): Ending | null {
    switch (verb) {
      case 'started':
        this.#started = this.#segment.journal === null ? 'tied' : 'detached';
        this.#isHearing = true;
        if (first !== '' && !this.#isMarkedBy(first)) return { kind: 'foreign' };
        return this.#heard.status === null ? null : this.#done(this.#heard.status);
      case 'tied':
        this.#started = 'tied';
        this.#isHearing = true;
        return null;
      case 'dropped':
      case 'closed':
      case 'absent':
      case 'foreign':
      case 'unmade':
        return { kind: verb };
      default:
        return null;
    }
  }

  /** What the host's follower says of the journal. */
  #hearFollower(verb: string, words: readonly string[]): Ending | null {
    const [first = '', ...rest] = words;
    switch (verb) {
      case 'past':
        return first === this.#nonce ? this.#hearMark(rest) : null;
      case 'skipped':
        this.#skipTo(Number(first));
        return null;
      case 'foreign':
      case 'done':
        this.#heard.status = verb === 'done' ? first : verb;
        // Whether this segment had joined by then is not yet known.
        return this.#started === 'no' ? null : this.#done(this.#heard.status);
      default:
        return null;
    }
  }

  /** Another driver may have begun with the segment, by another word; one that was heard already keeps to its own. */
  #isMarkedBy(nonce: string): boolean {
    if (nonce !== this.#nonce && this.#heard.bytes === 0) {
      this.#nonce = nonce;
      this.#marks = new MarkReader(nonce);
    }
    return nonce === this.#nonce;
  }

  /** The host keeps the last of very much output: what it took out cannot be heard any more. The marks in it were told before. */
  #skipTo(byte: number): void {
    const bytes = byte - this.#heard.bytes;
    this.#heard.bytes = byte;
    this.#marks = new MarkReader(this.#nonce);
    this.#output(
      `${this.#decoder.end()}\n(${bytes} bytes of output were left out here: the host keeps only the last.)\n`,
    );
  }

  #hearStep(piece: Piece): Ending | null {
    if (piece.kind === 'mark') return this.#hearMark(piece.words);
    this.#output(this.#decoder.write(piece.bytes));
    return null;
  }

  /** Marks that were left out are told all together, those that were heard among them. */
  #hearMark([verb, first, second]: readonly string[]): Ending | null {
    const index = Number(first);
    if (verb === 'begin' && index === this.#begun) this.#begin(index);
    if (verb === 'end' && index === this.#begun - 1) this.#end(Number(second));
    return verb === 'over' ? { kind: 'ended', failure: this.#failure, goesOn: this.#started === 'detached' } : null;
  }

  #begin(index: number): void {
    const step = this.#segment.steps[index];
    if (step === undefined) return;
    this.#open = step;
    this.#begun = index + 1;
    this.#decoder = new StringDecoder('utf8');
    this.#progress.stepBegan(step.id);
  }

  /** Output between two steps comes from what an earlier one left running: it is no step's. */
  #output(text: string): void {
    if (this.#open !== null && text !== '') this.#progress.stepOutput(this.#open.id, text);
  }

  #end(code: number): void {
    const step = this.#open;
    if (step === null) return;
    this.#output(this.#decoder.end());
    this.#open = null;
    this.#progress.stepEnded(step.id, code);
    if (code !== 0 && !step.mayFail) this.#failure = { kind: 'exit', code };
  }

  #done(code: string): Ending {
    const ending = this.#packed && this.#hearText(unpacked(this.#packed));
    if (ending !== null) return ending;
    if (code === 'stopped') return { kind: 'stopped' };
    if (code === 'barred' || code === 'foreign') return { kind: 'foreign' };
    if (this.#failure === null && !this.#complete()) {
      // A shell that ended well and began nothing was never told what to run.
      if (code === '0' && this.#begun === 0) return { kind: 'unmade' };
      this.#cutShort(code);
    }
    return { kind: 'ended', failure: this.#failure, goesOn: false };
  }

  #complete(): boolean {
    return this.#open === null && this.#begun === this.#segment.steps.length;
  }

  /** The shell that ran the steps ended before they did: something killed it. That is the failure of the step it was in. */
  #cutShort(status: string): void {
    const { code, why } = otherEnds[status] ?? { code: Number(status) || 1, why: '' };
    if (this.#open === null) this.#begin(this.#begun);
    this.#output(why);
    this.#end(code);
    this.#failure = { kind: 'exit', code };
  }
}

/** How a host says that it ended a segment by itself. */
const otherEnds: Readonly<Record<string, { readonly code: number; readonly why: string }>> = {
  lost: {
    code: 137,
    why: '\nThe host was started anew, or what watched over this step was killed: the step was ended.\n',
  },
  forkless: {
    code: 71,
    why: '\nThe host cannot fork: no process could be started for this step.\n',
  },
  unwritten: {
    code: 1,
    why: '\nWhat this step came to is not known: nothing can be written in .cutover/ any more. The disk of the host may have failed, or is mounted for reading only by now.\n',
  },
  abandoned: {
    code: 143,
    why: '\nNothing was heard of the deployment for too long: the host ended this step by itself.\n',
  },
};
