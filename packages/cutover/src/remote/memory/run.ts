import type { Failure } from '../../model/failure.ts';
import type { Progress } from '../session.ts';

/** What a journal holds, in order. */
type Entry =
  | { readonly kind: 'began'; readonly step: string }
  | { readonly kind: 'output'; readonly step: string; readonly text: string }
  | { readonly kind: 'ended'; readonly step: string; readonly code: number };

/** One segment on a host in memory: it goes on whoever listens, and its journal tells what it did. */
export class MemoryRun {
  readonly #entries: Entry[] = [];
  readonly #stop = new AbortController();
  #ending: { readonly failure: Failure | null } | null = null;
  #changed = Promise.withResolvers<void>();

  /** Aborted when it shall end. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  get isOver(): boolean {
    return this.#ending !== null;
  }

  write(entry: Entry): void {
    if (this.isOver) return;
    this.#entries.push(entry);
    this.#wake();
  }

  /** Its end; a second one changes nothing. */
  end(failure: Failure | null): void {
    this.#ending ??= { failure };
    this.#wake();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Tells what comes after the first `heard` entries, until it is over or the connection is; `heard` counts on. */
  async follow(progress: Progress, from: Listening): Promise<Failure | null> {
    for (;;) {
      if (from.connection.failure !== null) return from.connection.failure;
      const entry = this.#entries[from.heard];
      if (entry !== undefined) {
        from.heard += 1;
        tell(progress, entry);
      } else if (this.#ending !== null) return this.#ending.failure;
      else await Promise.race([this.#changed.promise, from.connection.dropped]);
    }
  }

  async over(): Promise<void> {
    while (!this.isOver) await this.#changed.promise;
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}

/** How far a driver has heard a run, and over which connection. */
export interface Listening {
  heard: number;
  connection: Connection;
}

/** A connection in memory: it holds until it drops. */
export class Connection {
  readonly #dropped = Promise.withResolvers<void>();
  #failure: Failure | null = null;

  get failure(): Failure | null {
    return this.#failure;
  }

  get dropped(): Promise<void> {
    return this.#dropped.promise;
  }

  drop(failure: Failure): void {
    this.#failure ??= failure;
    this.#dropped.resolve();
  }
}

function tell(progress: Progress, entry: Entry): void {
  if (entry.kind === 'began') progress.stepBegan(entry.step);
  else if (entry.kind === 'output') progress.stepOutput(entry.step, entry.text);
  else progress.stepEnded(entry.step, entry.code);
}
