import type { Measured, Sample } from './results.ts';
import type { Runner } from './runner.ts';

/** The samples of one row as they are taken, by contender in the order in which the contenders came. */
export class Samples {
  readonly #measured = new Map<string, { samples: Sample[]; failure: string | null }>();

  /** Adds what one round gave; a runner without a sample has failed. */
  add(runners: readonly Runner[], taken: ReadonlyMap<Runner, Sample>): void {
    for (const runner of runners) {
      const sample = taken.get(runner);
      const samples = this.#measured.get(runner.name)?.samples ?? [];
      this.#measured.set(runner.name, { samples: sample ? [...samples, sample] : samples, failure: runner.failure });
    }
  }

  /** All of them so far. */
  measured(): readonly Measured[] {
    return [...this.#measured].map(([contender, each]) => ({ contender, ...each }));
  }
}
