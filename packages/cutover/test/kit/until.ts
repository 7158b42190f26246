import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';

/** Resolves when the condition holds; rejects when that takes longer than any sound machine needs, or when the call ends before. */
export async function until(what: string, condition: () => boolean, call?: Call): Promise<void> {
  let ended = '';
  void call?.ended.then(({ code, out, err }) => {
    ended = `It ended with ${code}: ${out}${err}`;
  });
  for (let tries = 0; tries < 3000 && ended === ''; tries++) {
    if (condition()) return;
    await sleep(20);
  }
  if (!condition()) throw new Error(`It never came to this: ${what}. ${ended}`);
}
