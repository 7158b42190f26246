import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './contender.ts';

/** Puts the shared directory `storage` and the shared file `.env` on each host, below `parent` of the deploy path. */
export async function putSharedPaths(place: Place, parent: string): Promise<void> {
  for (const host of place.hostNames) {
    const directory = join(place.hosts.outside(host, place.deployPath), parent);
    await mkdir(join(directory, 'storage'), { recursive: true });
    await writeFile(join(directory, '.env'), 'APP_ENV=bench\n');
  }
}
