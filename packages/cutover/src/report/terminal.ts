import type { Event } from '../events/event.ts';
import { fold } from '../events/fold.ts';
import { type DeploymentState, initialState } from '../events/state.ts';
import { cleanWord } from './clean.ts';
import { ending } from './ending.ts';
import type { Face, Write } from './face.ts';
import { frame } from './frame.ts';
import { headline } from './headline.ts';
import { type Paint, paintFor } from './paint.ts';
import { phaseLine } from './phase.ts';
import { hideCursor, redraw, redrawResized, showCursor } from './screen.ts';
import { newTroubles } from './trouble.ts';
import { wrapped } from './wrap.ts';

/** The terminal that is written to. */
export interface TerminalPort {
  readonly write: Write;
  size(): { readonly rows: number; readonly columns: number };
  /** Calls back after each change of size, until the function that it returns is called. */
  onResize(call: () => void): () => void;
}

/** The clock; `after` calls back once, unless the function that it returns is called before. */
export interface Clock {
  nowMs(): number;
  after(ms: number, call: () => void): () => void;
}

/** What the live face is drawn with. */
export interface TerminalOptions {
  readonly port: TerminalPort;
  readonly clock: Clock;
  readonly colour: boolean;
}

/** A live line for each host, and above it what is settled: finished phases, failures, and in the end the ending. */
export function terminalFace(options: TerminalOptions): Face {
  return new TerminalFace(options);
}

/** Fast enough for the eye, slow enough for the processor and a slow line. */
const throttleMs = 80;
/** The elapsed seconds go on while nothing happens. */
const tickMs = 1000;

class TerminalFace implements Face {
  readonly #port: TerminalPort;
  readonly #clock: Clock;
  readonly #colour: boolean;
  readonly #paint: Paint;
  readonly #stopListening: () => void;
  #state: DeploymentState = initialState;
  /** Lines that will stay, not yet written. */
  #above: string[] = [];
  #drawn: readonly string[] = [];
  #drawnAtMs = 0;
  #pending: { readonly dueMs: number; cancel(): void } | null = null;
  #phase: 'new' | 'live' | 'over' = 'new';

  constructor(options: TerminalOptions) {
    this.#port = options.port;
    this.#clock = options.clock;
    this.#colour = options.colour;
    this.#paint = paintFor(options.colour);
    this.#stopListening = options.port.onResize(() => this.#resized());
  }

  event(event: Event): void {
    if (this.#phase === 'over') return;
    const before = this.#state;
    this.#state = fold(before, event);
    this.#above.push(...this.#settled(before, event));
    const sinceMs = this.#clock.nowMs() - this.#drawnAtMs;
    // A clock that was set back would put the drawing off for as long.
    this.#drawWithin(sinceMs < 0 ? 0 : throttleMs - sinceMs);
  }

  end(): void {
    if (this.#phase === 'over') return;
    this.#pending?.cancel();
    this.#stopListening();
    const above = [...this.#above, '', ...this.#wrapped(ending(this.#state, this.#colour))];
    this.#port.write(redraw({ before: this.#drawn, above, after: [] }) + showCursor);
    this.#phase = 'over';
  }

  /** What of this event stays on the screen. */
  #settled(before: DeploymentState, event: Event): readonly string[] {
    const view = { paint: this.#paint, colour: this.#colour, wrap: (line: string) => this.#wrapped([line]) };
    const troubles = newTroubles(before, this.#state, view).flat();
    if (event.type === 'deployment.started' && this.#state.about !== null) {
      return [...this.#wrapped([headline(this.#state.about)]).map(this.#paint.bold), ''];
    }
    if (event.type === 'phase.ended') return phaseLine(this.#state, event.phase, this.#paint);
    if (event.type === 'cancel.requested') {
      const asked = `${cleanWord(event.by)} asked for it to stop: ending what runs, then undoing.`;
      return this.#wrapped([`${this.#paint.warn('!')} ${asked}`]);
    }
    return troubles;
  }

  #wrapped(lines: readonly string[]): readonly string[] {
    return wrapped(lines, this.#port.size().columns);
  }

  #drawWithin(ms: number): void {
    const dueMs = this.#clock.nowMs() + Math.max(0, ms);
    if (this.#pending !== null && this.#pending.dueMs <= dueMs) return;
    this.#pending?.cancel();
    this.#pending = { dueMs, cancel: this.#clock.after(Math.max(0, ms), () => this.#draw(redraw)) };
  }

  #draw(how: typeof redraw): void {
    const size = { ...this.#port.size(), paint: this.#paint };
    const after = frame(this.#state, size, this.#clock.nowMs());
    const text = how({ before: this.#drawn, above: this.#above, after });
    if (text !== '') this.#port.write(this.#phase === 'new' ? hideCursor + text : text);
    if (text !== '') this.#phase = 'live';
    this.#above = [];
    this.#drawn = after;
    this.#drawnAtMs = this.#clock.nowMs();
    this.#pending = null;
    this.#drawWithin(tickMs);
  }

  #resized(): void {
    if (this.#phase !== 'live') return;
    this.#pending?.cancel();
    this.#draw((change) => redrawResized(change, this.#port.size()));
  }
}
