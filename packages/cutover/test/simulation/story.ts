import type { Time } from './time.ts';

/** What happened, in plain words with times: only written down when somebody will read it. */
export class Story {
  readonly #time: Time;
  readonly #lines: string[] | null;

  constructor(time: Time, isRead: boolean) {
    this.#time = time;
    this.#lines = isRead ? [] : null;
  }

  tell(line: string): void {
    this.#lines?.push(`${(this.#time.sinceMs / 1000).toFixed(3).padStart(9)} s  ${line}`);
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }
}
