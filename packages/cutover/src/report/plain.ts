import type { Event, EventOf } from '../events/event.ts';
import { fold } from '../events/fold.ts';
import { type DeploymentState, initialState } from '../events/state.ts';
import { cleanLine, cleanWord } from './clean.ts';
import { ending } from './ending.ts';
import type { Face, Write } from './face.ts';
import { type Folds, foldsFor } from './folds.ts';
import { headline } from './headline.ts';
import { LineBuffer } from './lines.ts';
import { type Paint, paintFor } from './paint.ts';
import { disconnectedSentence, reattachedSentence, takenOverSentence, troubleSentence } from './sentences.ts';
import { Together } from './together.ts';
import { newTroubles } from './trouble.ts';
import { duration, mostNamed, msBetween } from './words.ts';

/** What plain lines are written with. */
export interface PlainOptions {
  readonly write: Write;
  /** Print what the steps print. */
  readonly verbose: boolean;
  readonly colour: boolean;
  /** Lines of sentences as they fit; what steps print is never broken, so that it can be copied and searched. */
  readonly wrap: (lines: readonly string[]) => readonly string[];
  /** Tells whether a CI service reads along. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Lines for pipes and logs: one for each step, nothing that moves. */
export function plainFace(options: PlainOptions): Face {
  return new PlainFace(options);
}

/** A step that took at least this many milliseconds gets a second line that says how long. */
const worthTelling = 1000;

class PlainFace implements Face {
  readonly #options: PlainOptions;
  readonly #folds: Folds;
  readonly #paint: Paint;
  readonly #output = new Map<string, LineBuffer>();
  readonly #together = new Together();
  #state: DeploymentState = initialState;
  #open: string | null = null;
  #isOver = false;

  constructor(options: PlainOptions) {
    this.#options = options;
    this.#folds = foldsFor(options.env);
    this.#paint = paintFor(options.colour);
  }

  event(event: Event): void {
    const before = this.#state;
    this.#state = fold(before, event);
    if (this.#state === before) return;
    this.#tell(before, event);
    this.#tellTroubles(before, event);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#print(...this.#together.end());
    this.#closeFold(this.#state.endedAt ?? this.#state.about?.startedAt ?? '');
    this.#print('');
    this.#say(...ending(this.#state, this.#options.colour));
  }

  #tell(before: DeploymentState, event: Event): void {
    switch (event.type) {
      case 'deployment.started':
        if (this.#state.about !== null) this.#say(headline(this.#state.about));
        return;
      case 'phase.started':
        return this.#openFold(event.phase, event.at);
      case 'phase.ended':
        this.#print(...this.#together.end());
        return cleanWord(event.phase) === this.#open ? this.#closeFold(event.at) : undefined;
      case 'step.started':
      case 'undo.started':
        return this.#begin(event);
      case 'step.output':
      case 'undo.output':
        return this.#printOutput(event);
      case 'step.succeeded':
      case 'undo.succeeded':
      case 'step.failed':
      case 'undo.failed':
        return this.#settle(before, event);
      case 'host.disconnected':
        return this.#sayAt(event.host, disconnectedSentence(event.failure, event.host));
      case 'host.reattached':
        return this.#sayAt(
          event.host,
          reattachedSentence(msBetween(before.hosts[event.host]?.awaySince ?? event.at, event.at)),
        );
      case 'lock.taken-over':
        return this.#sayAt(event.host, takenOverSentence(event.from));
      case 'cancel.requested':
        return this.#say(`${cleanWord(event.by)} asked for the deployment to stop.`);
      default:
    }
  }

  #begin(event: EventOf<'step.started'> | EventOf<'undo.started'>): void {
    const title = this.#state.hosts[event.host]?.stepTitle ?? event.step;
    if (!this.#areMany()) return this.#printAt(event.host, cleanWord(title));
    const line = this.#together.begin(title);
    if (line !== null) this.#print(line);
  }

  /** Where each host's own lines are wanted, they are told one by one all the same. */
  #areMany(): boolean {
    return !this.#options.verbose && Object.keys(this.#state.hosts).length > mostNamed;
  }

  #settle(before: DeploymentState, event: Event & { readonly host: string }): void {
    for (const line of this.#output.get(event.host)?.end() ?? []) this.#printOutputLine(event.host, line);
    const host = before.hosts[event.host];
    const took = msBetween(host?.stepStartedAt ?? event.at, event.at);
    if (event.type.endsWith('.failed')) return;
    if (this.#areMany()) return this.#together.settle(host?.stepTitle ?? '', took);
    if (took < worthTelling) return;
    this.#printAt(event.host, `${cleanWord(host?.stepTitle ?? '')}: ${this.#paint.dim(duration(took))}`);
  }

  #tellTroubles(before: DeploymentState, event: Event): void {
    const view = {
      paint: this.#paint,
      colour: this.#options.colour,
      wrap: (line: string) => this.#options.wrap([line]),
    };
    const blocks = newTroubles(before, this.#state, view);
    if (blocks.length === 0) return;
    if (this.#state.failures.length > before.failures.length) this.#closeFold(event.at);
    for (const block of blocks) this.#print(...block);
    this.#annotate(before);
  }

  /** Cancelled steps did not fail by themselves: the service need not be told of each. */
  #annotate(before: DeploymentState): void {
    const failures = this.#state.failures.slice(before.failures.length);
    for (const failure of failures.filter((each) => each.failure.kind !== 'cancelled')) {
      const line = this.#folds.error(troubleSentence(failure));
      if (line !== null) this.#write(line);
    }
  }

  #openFold(name: string, at: string): void {
    this.#closeFold(at);
    this.#open = cleanWord(name);
    this.#write(this.#folds.open(this.#open, at));
  }

  #closeFold(at: string): void {
    const line = this.#open === null ? null : this.#folds.close(this.#open, at);
    this.#open = null;
    if (line !== null) this.#write(line);
  }

  #printOutput(event: EventOf<'step.output'> | EventOf<'undo.output'>): void {
    if (!this.#options.verbose) return;
    const buffer = this.#output.get(event.host) ?? new LineBuffer();
    this.#output.set(event.host, buffer);
    for (const line of buffer.push(event.text)) this.#printOutputLine(event.host, line);
  }

  #printOutputLine(host: string, line: string): void {
    this.#printAt(host, `  ${cleanLine(line, this.#options.colour)}`);
  }

  #printAt(host: string, text: string): void {
    this.#print(this.#at(host, text));
  }

  #sayAt(host: string, sentence: string): void {
    this.#say(this.#at(host, sentence));
  }

  #at(host: string, text: string): string {
    return `${this.#paint.dim(`[${cleanWord(host)}]`)} ${text}`;
  }

  #say(...sentences: readonly string[]): void {
    this.#print(...this.#options.wrap(sentences));
  }

  #print(...lines: readonly string[]): void {
    for (const line of lines) this.#write(this.#folds.safe(line));
  }

  #write(line: string): void {
    this.#options.write(`${line}\n`);
  }
}
