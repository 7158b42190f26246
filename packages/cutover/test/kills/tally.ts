import type { Event } from '../../src/events/event.ts';
import { type Kind, kinds } from './draw.ts';
import { partAt } from './part.ts';
import type { Hit } from './strike.ts';
import type { End } from './verdict.ts';
import { type Victim, victims } from './victims.ts';

/** What was hit, when, and how it ended. */
export class Tally {
  /** Whether a site was left otherwise than promised: then no other one goes on. */
  isBroken = false;
  readonly #hits = new Map<string, number>();
  readonly #parts = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  readonly #returns = new Map<string, number>();

  hit({ blow, atMs }: Hit, events: readonly Event[]): void {
    count(this.#hits, nameOf(blow));
    count(this.#parts, partAt(events, { host: blow.host, atMs }));
  }

  ended(end: End): void {
    count(this.#ends, end);
  }

  /** How it ended that somebody went on with what a dead driver left. */
  returned(end: End): void {
    count(this.#returns, end);
  }

  hits(kind: Kind): number {
    return this.#hits.get(nameOf(kind)) ?? 0;
  }

  /** What was struck less often than that. */
  lacks(wanted: number): readonly Kind[] {
    return kinds.filter((kind) => this.hits(kind) < wanted);
  }

  get all(): number {
    return kinds.reduce((sum, kind) => sum + this.hits(kind), 0);
  }

  /** Its lines, for people. */
  lines(): readonly string[] {
    const row = (victim: Victim): string =>
      `${victim}: ${this.hits({ victim, manner: 'killed' })} killed, ${this.hits({ victim, manner: 'halted' })} halted`;
    return [
      `${this.all} blows`,
      ...victims.map(row),
      `in ${listOf(this.#parts)}`,
      `deployments: ${listOf(this.#ends)}`,
      `resumed: ${listOf(this.#returns)}`,
    ];
  }
}

function nameOf({ victim, manner }: Kind): string {
  return `${victim} ${manner}`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listOf(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, times]) => `${name} ${times}`).join(', ');
}
