import type { Progress } from './session.ts';

/** Keeps what is heard until somebody listens, who then hears it from the beginning. */
export class Replay implements Progress {
  readonly #kept: ((listener: Progress) => void)[] = [];
  #listener: Progress | null = null;

  stepBegan(step: string): void {
    this.#tell((listener) => listener.stepBegan(step));
  }

  stepOutput(step: string, text: string): void {
    this.#tell((listener) => listener.stepOutput(step, text));
  }

  stepEnded(step: string, code: number): void {
    this.#tell((listener) => listener.stepEnded(step, code));
  }

  /** Tells all that was kept, and from now on all that comes, at once. */
  tellTo(listener: Progress): void {
    for (const tell of this.#kept.splice(0)) tell(listener);
    this.#listener = listener;
  }

  #tell(tell: (listener: Progress) => void): void {
    if (this.#listener === null) this.#kept.push(tell);
    else tell(this.#listener);
  }
}
