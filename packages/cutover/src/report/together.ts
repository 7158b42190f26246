import { cleanWord } from './clean.ts';
import { count, duration } from './words.ts';

interface Doing {
  readonly title: string;
  began: number;
  readonly tookMs: number[];
}

/** What many hosts do in one phase: told when the first of them begins, and once more with their times when all of them are through. */
export class Together {
  readonly #doing = new Map<string, Doing>();

  /** The line for a step that no host has begun in this phase; null for all the others who begin it. */
  begin(title: string): string | null {
    const doing = this.#doing.get(title);
    if (doing !== undefined) {
      doing.began += 1;
      return null;
    }
    this.#doing.set(title, { title, began: 1, tookMs: [] });
    return cleanWord(title);
  }

  /** A host is through with the step. */
  settle(title: string, ms: number): void {
    this.#doing.get(title)?.tookMs.push(ms);
  }

  /** How many hosts did each step, and how long it took the quickest and the slowest. The phase is over. */
  end(): readonly string[] {
    const lines = [...this.#doing.values()].filter(({ began }) => began > 1).map(lineOf);
    this.#doing.clear();
    return lines;
  }
}

function lineOf({ title, began, tookMs }: Doing): string {
  const failed = began - tookMs.length;
  const some = failed > 0 ? `, ${tookMs.length} of them done` : '';
  return `${cleanWord(title)}: ${count(began, 'host')}${some}${tookMs.length > 0 ? `, ${spread(tookMs)}` : ''}`;
}

function spread(tookMs: readonly number[]): string {
  const [least, most] = [duration(Math.min(...tookMs)), duration(Math.max(...tookMs))];
  return least === most ? least : `${least} to ${most}`;
}
