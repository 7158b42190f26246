import type { Event } from '../../src/events/event.ts';
import { type Blow, kinds } from './draw.ts';
import type { Hit } from './strike.ts';
import type { End } from './verdict.ts';
import { type Victim, victims } from './victims.ts';

/** What was hit, when, and how it ended. */
export class Tally {
  /** Whether a site was left otherwise than promised: then no other one goes on. */
  isBroken = false;
  readonly #hits = new Map<string, number>();
  readonly #phases = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  readonly #returns = new Map<string, number>();

  hit({ blow, atMs }: Hit, events: readonly Event[]): void {
    count(this.#hits, nameOf(blow));
    count(this.#phases, phaseAt(events, { host: blow.host, atMs }));
  }

  ended(end: End): void {
    count(this.#ends, end);
  }

  /** How it ended that somebody went on with what a dead driver left. */
  returned(end: End): void {
    count(this.#returns, end);
  }

  hits(kind: Pick<Blow, 'victim' | 'manner'>): number {
    return this.#hits.get(nameOf(kind)) ?? 0;
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
      `in ${listOf(this.#phases)}`,
      `deployments: ${listOf(this.#ends)}`,
      `resumed: ${listOf(this.#returns)}`,
    ];
  }
}

function nameOf({ victim, manner }: Pick<Blow, 'victim' | 'manner'>): string {
  return `${victim} ${manner}`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listOf(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, times]) => `${name} ${times}`).join(', ');
}

/** Where a host was at a moment, by what was told. */
function phaseAt(events: readonly Event[], { host, atMs }: { readonly host: string; readonly atMs: number }): string {
  const phases = new Map<string, string>();
  let phase = 'connecting';
  for (const event of events) {
    if (Date.parse(event.at) > atMs) break;
    if (event.type === 'deployment.started') {
      for (const each of event.outline.phases)
        for (const step of each.steps[host] ?? []) phases.set(step.id, each.name);
      phase = 'planned';
    }
    if (event.type === 'phase.started') phase = event.phase;
    if (event.type === 'step.started' && event.host === host) phase = phases.get(event.step) ?? phase;
    if (event.type === 'undo.started') phase = 'undo';
    if (event.type === 'phase.ended' && event.phase === [...phases.values()].at(-1)) phase = 'closing';
  }
  return phase;
}
