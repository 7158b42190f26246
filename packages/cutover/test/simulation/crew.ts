import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addEnds, type Played } from './seeds.ts';

/** So many seeds go to a worker at once: few enough that none waits for another in the end. */
const atOnce = 200;

/** Plays seeds on every processor. What comes of it is the same however many there are: the first seed that goes wrong is the lowest. */
export async function playOnAll(
  from: number,
  count: number,
  how: { readonly untilMs?: number; readonly told?: (seeds: number) => void } = {},
): Promise<Played> {
  const { untilMs = Number.POSITIVE_INFINITY, told = () => {} } = how;
  const ends: Record<string, number> = {};
  let [next, seeds] = [from, 0];
  let failed: number | null = null;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('player.ts', import.meta.url));
    try {
      while (next < from + count && failed === null && performance.now() < untilMs) {
        const stretch = { from: next, count: Math.min(atOnce, from + count - next) };
        next += stretch.count;
        const played = await ask(worker, stretch);
        seeds += played.seeds;
        addEnds(ends, played.ends);
        if (played.failed !== null) failed = Math.min(played.failed, failed ?? played.failed);
        told(seeds);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / atOnce)) }, work));
  return { seeds, ends, failed };
}

/** Rejects with what the worker dies of. */
async function ask(worker: Worker, stretch: { readonly from: number; readonly count: number }): Promise<Played> {
  const answer = once(worker, 'message');
  worker.postMessage(stretch);
  const [played] = (await answer) as [Played];
  return played;
}
