import { StringDecoder } from 'node:string_decoder';
import type { Failure } from '../model/failure.ts';
import type { Piece } from './marks.ts';
import type { Progress, Segment, SegmentStep } from './session.ts';

/** How a segment was over on the host. `dropped` is one that never began. */
export type Ending =
  | { readonly kind: 'ended'; readonly failure: Failure | null }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'dropped' };

/** Turns what a channel carries during one segment into progress. */
export class Follower {
  readonly #segment: Segment;
  readonly #seq: string;
  readonly #progress: Progress;
  #decoder = new StringDecoder('utf8');
  #open: SegmentStep | null = null;
  #begun = 0;
  #failure: Failure | null = null;
  #started = false;

  constructor(segment: Segment, seq: number, progress: Progress) {
    this.#segment = segment;
    this.#seq = String(seq);
    this.#progress = progress;
  }

  /** Whether the host has begun with it, so that it can be told to stop. */
  get started(): boolean {
    return this.#started;
  }

  /** The ending, once this piece says so. */
  hear(piece: Piece): Ending | null {
    if (piece.kind === 'bytes') {
      this.#output(this.#decoder.write(piece.bytes));
      return null;
    }
    const [verb, seq, first = '', second = ''] = piece.words;
    if (seq !== this.#seq) return null;
    if (verb === 'started') this.#started = true;
    if (verb === 'begin') this.#begin(Number(first));
    if (verb === 'end') this.#end(Number(second));
    if (verb === 'dropped') return { kind: 'dropped' };
    return verb === 'done' ? this.#done(first) : null;
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
    if (this.#failure === null && !this.#complete()) this.#cutShort(Number(code));
    return { kind: 'ended', failure: this.#failure };
  }

  #complete(): boolean {
    return this.#open === null && this.#begun === this.#segment.steps.length;
  }

  /** The shell that ran the steps ended before they did: something killed it. That is the failure of the step it was in. */
  #cutShort(shellCode: number): void {
    const code = shellCode || 1;
    if (this.#open === null) this.#begin(this.#begun);
    this.#end(code);
    this.#failure = { kind: 'exit', code };
  }
}
