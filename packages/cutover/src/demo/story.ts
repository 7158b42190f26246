/** What is wrong with a release on purpose: its build fails, or its health check once it is in service. */
export type Flaw = 'build' | 'check';

/** One release of the demo's shop. */
export interface Chapter {
  /** Counted from 1; every page of the release names it. */
  readonly number: number;
  readonly flaw: Flaw | null;
  /** The message of its commit. */
  readonly message: string;
}

/** The fewest releases with which the story can be told: one to begin with, both broken ones, and one to roll back from. */
export const fewestReleases = 4;

/** The releases of the demo, in order. Of `count` releases, one breaks in its build and one in its health check. */
export function storyOf(count: number): readonly Chapter[] {
  const flaws = new Map<number, Flaw>([
    [Math.max(2, Math.round(count * 0.4)), 'build'],
    [Math.max(3, Math.round(count * 0.67)), 'check'],
  ]);
  return Array.from({ length: count }, (_, index) => chapter(index + 1, flaws.get(index + 1) ?? null));
}

function chapter(number: number, flaw: Flaw | null): Chapter {
  return { number, flaw, message: messageOf(number, flaw) };
}

function messageOf(number: number, flaw: Flaw | null): string {
  if (flaw === 'build') return 'Rename the style sheet';
  if (flaw === 'check') return 'Move the stock list';
  return number === 1 ? 'Open the shop' : `Change the shop window, "as 'asked'" for $(${number})`;
}
