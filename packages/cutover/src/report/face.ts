import type { Event } from '../events/event.ts';

/** One way to show a deployment while it happens. All of them are folds of the same events. */
export interface Face {
  event(event: Event): void;
  /** Nothing more will come. May be called more than once; a terminal is as it was before only after it. */
  end(): void;
}

/** Where a face writes to. */
export type Write = (text: string) => void;
