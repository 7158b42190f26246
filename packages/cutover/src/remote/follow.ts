import { StringDecoder } from 'node:string_decoder';
import type { Failure } from '../model/failure.ts';
import { MarkReader, type Piece } from './marks.ts';
import type { Progress, Segment, SegmentStep } from './session.ts';

/**
 * How a segment was over on the host. `dropped` is one that never began, `absent` one that the host knows nothing of, and the journal of
 * a `foreign` one cannot be read.
 */
export type Ending =
  | { readonly kind: 'ended'; readonly failure: Failure | null }
  | { readonly kind: 'stopped' | 'dropped' | 'absent' | 'foreign' };

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
  #heard = 0;
  #failure: Failure | null = null;
  #started: 'no' | 'detached' | 'tied' = 'no';

  constructor(segment: Segment, run: { readonly seq: number; readonly nonce: string }, progress: Progress) {
    this.#segment = segment;
    this.#nonce = run.nonce;
    this.#marks = new MarkReader(run.nonce);
    this.#seq = String(run.seq);
    this.#progress = progress;
  }

  /** How the host has begun with it, so that it can be told to stop: `tied` to the connection, or `detached` with a journal. */
  get started(): 'no' | 'detached' | 'tied' {
    return this.#started;
  }

  /** How many bytes of its output were heard. */
  get heard(): number {
    return this.#heard;
  }

  /** Goes on on another channel, or with another listener. */
  goOn(seq: number, progress: Progress): void {
    this.#seq = String(seq);
    this.#progress = progress;
    this.#started = 'no';
  }

  /** The ending, once this piece says so. */
  hear(piece: Piece): Ending | null {
    if (piece.kind === 'bytes') {
      this.#heard += piece.bytes.length;
      for (const inner of this.#marks.push(piece.bytes)) this.#hearStep(inner);
      return null;
    }
    const [verb, seq, first = '', second = '', third = ''] = piece.words;
    if (seq !== this.#seq) return null;
    if (verb === 'past') this.#hearMark([first, second, third]);
    if (verb === 'skipped') this.#skipTo(Number(first));
    return this.#hearRunner(verb ?? '', first);
  }

  #hearRunner(verb: string, first: string): Ending | null {
    switch (verb) {
      case 'started':
        this.#started = this.#segment.journal === null ? 'tied' : 'detached';
        return first === '' || this.#isMarkedBy(first) ? null : { kind: 'foreign' };
      case 'tied':
        this.#started = 'tied';
        return null;
      case 'dropped':
      case 'absent':
      case 'foreign':
        return { kind: verb };
      case 'done':
        return this.#done(first);
      default:
        return null;
    }
  }

  /** Another driver may have begun with the segment, by another word; one that was heard already keeps to its own. */
  #isMarkedBy(nonce: string): boolean {
    if (nonce !== this.#nonce && this.#heard === 0) {
      this.#nonce = nonce;
      this.#marks = new MarkReader(nonce);
    }
    return nonce === this.#nonce;
  }

  /** The host keeps the last of very much output: what it took out cannot be heard any more. The marks in it were told before. */
  #skipTo(byte: number): void {
    const bytes = byte - this.#heard;
    this.#heard = byte;
    this.#marks = new MarkReader(this.#nonce);
    this.#output(
      `${this.#decoder.end()}\n(${bytes} bytes of output were left out here: the host keeps only the last.)\n`,
    );
  }

  #hearStep(piece: Piece): void {
    if (piece.kind === 'bytes') return this.#output(this.#decoder.write(piece.bytes));
    this.#hearMark(piece.words);
  }

  /** Marks that were left out are told all together, those that were heard among them. */
  #hearMark([verb, first, second]: readonly string[]): void {
    const index = Number(first);
    if (verb === 'begin' && index === this.#begun) this.#begin(index);
    if (verb === 'end' && index === this.#begun - 1) this.#end(Number(second));
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
    if (code === 'stopped') return { kind: 'stopped' };
    if (code === 'barred' || code === 'foreign') return { kind: 'foreign' };
    if (this.#failure === null && !this.#complete()) this.#cutShort(code);
    return { kind: 'ended', failure: this.#failure };
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
  abandoned: {
    code: 143,
    why: '\nNothing was heard of the deployment for too long: the host ended this step by itself.\n',
  },
};
