import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Settles when nothing is left, in a directory of releases, of what is removed beside a deployment: it would slow what comes next. Throws when a minute was not enough. */
export async function removalOver(releases: string): Promise<void> {
  const isTidy = () => !existsSync(releases) || !readdirSync(releases).some((name) => name.startsWith('.trash-'));
  for (let tries = 0; tries < 600 && !isTidy(); tries += 1) await sleep(100);
  if (!isTidy()) throw new Error(`What was to be removed is still in ${releases}.`);
}
