import { setImmediate } from 'node:timers/promises';

/** Of the event loop, until a process counts as ended of which nothing is left to be read. */
const turns = 4;

/** Hears what has come meanwhile, and lets it go on: to load modules leaves no turn to anything else. */
export async function breathe(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}
