import { echoFrame } from './frame.ts';
import type { Piece } from './marks.ts';
import type { Wire } from './wire.ts';

/** Measures how far a runner is away: how long a word to it takes that it says back at once. */
export class Turns {
  readonly #wire: Wire;
  #shortestMs: number | null = null;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The shortest time so far, in milliseconds; null before the first. What takes longer met a host, or a driver, that was busy. */
  get shortestMs(): number | null {
    return this.#shortestMs;
  }

  /** Sends such a word, which says when that was. The runner must be free to read it: nothing is on its way there by halves. */
  ask(): void {
    void this.#wire.write(echoFrame(performance.now()));
  }

  hear(piece: Piece): void {
    if (piece.kind !== 'mark' || piece.words[0] !== 'echo') return;
    const tookMs = performance.now() - Number(piece.words[1]);
    this.#shortestMs = Math.min(this.#shortestMs ?? tookMs, tookMs);
  }
}
