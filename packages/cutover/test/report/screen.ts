import headless from '@xterm/headless';
import type { Event } from '../../src/events/event.ts';
import type { Face } from '../../src/report/face.ts';
import { terminalFace } from '../../src/report/terminal.ts';

/** A real terminal emulator without a window, and a clock that goes only when events do. */
export class Screen {
  readonly face: Face;
  /** Everything that was written. */
  written = '';
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #timers = new Set<{ dueMs: number; readonly call: () => void }>();
  #nowMs = 0;
  #resized = (): void => {};

  constructor(columns: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
    this.face = terminalFace({
      colour: true,
      port: {
        write: (text) => this.#write(text),
        size: () => ({ rows: this.#terminal.rows, columns: this.#terminal.cols }),
        onResize: (call) => {
          this.#resized = call;
          return () => {
            this.#resized = () => {};
          };
        },
      },
      clock: { nowMs: () => this.#nowMs, after: (ms, call) => this.#after(ms, call) },
    });
  }

  /** Plays events at their own times. */
  async play(events: readonly Event[]): Promise<this> {
    for (const event of events) {
      await this.goTo(Date.parse(event.at));
      this.face.event(event);
    }
    return this;
  }

  /** Lets the time pass up to a moment; the emulator has shown everything when this resolves. */
  async goTo(ms: number): Promise<void> {
    if (this.#nowMs === 0) this.#nowMs = ms;
    for (let due = this.#nextDue(ms); due !== undefined; due = this.#nextDue(ms)) {
      this.#timers.delete(due);
      this.#nowMs = due.dueMs;
      due.call();
    }
    this.#nowMs = ms;
    await this.#settled();
  }

  async wait(ms: number): Promise<this> {
    await this.goTo(this.#nowMs + ms);
    return this;
  }

  /** Sets the clock back: what was to come in a while comes as soon as before. */
  setBack(ms: number): void {
    this.#nowMs -= ms;
    for (const timer of this.#timers) timer.dueMs -= ms;
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
    this.#resized();
    await this.#settled();
  }

  async end(): Promise<this> {
    this.face.end();
    await this.#settled();
    return this;
  }

  get timersLeft(): number {
    return this.#timers.size;
  }

  get isCursorShown(): boolean {
    return this.written.lastIndexOf('\x1b[?25h') > this.written.lastIndexOf('\x1b[?25l');
  }

  /** What can be seen now, without the empty rows at the end. */
  visible(): string[] {
    return this.#rows(this.#terminal.buffer.active.baseY);
  }

  /** The scrollback and what can be seen. */
  all(): string[] {
    return this.#rows(0);
  }

  #rows(from: number): string[] {
    const buffer = this.#terminal.buffer.active;
    const rows = Array.from({ length: buffer.length - from }, (_, at) => buffer.getLine(from + at));
    const text = rows.map((row) => row?.translateToString(true) ?? '').join('\n');
    return text.trimEnd().split('\n');
  }

  #write(text: string): void {
    this.written += text;
    this.#terminal.write(text);
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }

  #after(ms: number, call: () => void): () => void {
    const timer = { dueMs: this.#nowMs + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #nextDue(untilMs: number): { readonly dueMs: number; readonly call: () => void } | undefined {
    return [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
