import { drawScenario } from './draw.ts';
import { shrink } from './shrink.ts';
import { type Play, simulate } from './simulate.ts';

/** What came of many seeds. */
export interface Played {
  readonly seeds: number;
  /** How often drivers ended how. */
  readonly ends: Readonly<Record<string, number>>;
  /** The first seed that went wrong. */
  readonly failed: number | null;
}

/** Plays seeds one after the other until one goes wrong. */
export async function playSeeds(from: number, count: number, play: Play = {}): Promise<Played> {
  const ends: Record<string, number> = {};
  let seeds = 0;
  for (; seeds < count; seeds += 1) {
    const result = await simulate(drawScenario(from + seeds), play);
    for (const end of result.ends) addEnds(ends, { [end]: 1 });
    if (result.breaches.length > 0) return { seeds: seeds + 1, ends, failed: from + seeds };
  }
  return { seeds, ends, failed: null };
}

/** Counts what was counted elsewhere. */
export function addEnds(ends: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [end, times] of Object.entries(more)) ends[end] = (ends[end] ?? 0) + times;
}

/** The story of a seed that went wrong, made as short as it can be, to be read and to be played again. */
export async function storyOf(seed: number, play: Play = {}): Promise<string> {
  const scenario = await shrink(drawScenario(seed), play);
  const { story, breaches } = await simulate(scenario, { ...play, isTold: true });
  return [
    `Seed ${seed} goes wrong: ${breaches[0] ?? 'not any more'}.`,
    'Play it again with: ./dev simulate --seeds 1 --from ' + seed,
    '',
    ...story,
    '',
    'The shortest scenario, for test/simulation/stories.test.ts:',
    JSON.stringify(scenario),
  ].join('\n');
}
