import type { Progress, Segment, SegmentStep } from '../../src/remote/session.ts';

/** A step that looks, with what the case needs changed. */
export function stepOf(id: string, script: string, changes: Partial<SegmentStep> = {}): SegmentStep {
  return { id, script, secrets: [], effect: { kind: 'look' }, mayFail: false, ...changes };
}

/** A segment of these steps. */
export function segmentOf(steps: readonly SegmentStep[], changes: Partial<Segment> = {}): Segment {
  return { id: 'segment', steps, secrets: {}, payload: null, journal: null, ...changes };
}

/** What was heard, in order; output of one step in a row is one entry, however it was cut. */
export type Heard =
  | readonly ['began', string]
  | readonly ['output', string, string]
  | readonly ['ended', string, number];

/** A listener that remembers. */
export class Recorder implements Progress {
  readonly #keptChars: number;
  readonly heard: Heard[] = [];
  readonly #waiting: { readonly needle: string; readonly found: () => void }[] = [];

  /** Of a step that prints much, only the last can be kept. */
  constructor(keptChars = Number.POSITIVE_INFINITY) {
    this.#keptChars = keptChars;
  }

  stepBegan(step: string): void {
    this.heard.push(['began', step]);
  }

  stepOutput(step: string, text: string): void {
    const last = this.heard.at(-1);
    const before = last?.[0] === 'output' && last[1] === step ? last[2] : null;
    if (before !== null) this.heard.pop();
    this.heard.push(['output', step, ((before ?? '') + text).slice(-this.#keptChars)]);
    for (const { needle, found } of this.#waiting) if (this.text().includes(needle)) found();
  }

  stepEnded(step: string, code: number): void {
    this.heard.push(['ended', step, code]);
  }

  /** All output so far. */
  text(): string {
    return this.heard.map((entry) => (entry[0] === 'output' ? entry[2] : '')).join('');
  }

  /** Resolves when the output holds `needle`. */
  async saw(needle: string): Promise<void> {
    if (this.text().includes(needle)) return;
    await new Promise<void>((found) => this.#waiting.push({ needle, found }));
  }
}
