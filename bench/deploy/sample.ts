import { readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { difference } from '../kit/hosts.ts';
import { must, type Ran } from '../kit/run.ts';
import type { Place } from './contender.ts';
import type { Sample } from './results.ts';

// More than a second, for some name their releases by the second; it also lets sshd come to rest.
const restMs = 1_100;

/**
 * Runs one command after a rest and counts what the hosts saw of it; throws with its last output when it fails. What others wrote is on the disk by then: a flush would
 * wait for that too.
 */
export async function sample(place: Place, command: () => Promise<Ran>): Promise<Sample> {
  await Promise.all([sleep(restMs), must({ argv: ['sync'], cwd: place.directory, env: place.env })]);
  const before = await place.hosts.counts();
  const ran = await command();
  await sleep(100);
  if (ran.code !== 0) throw new Error(`It ended with ${ran.code}: ${lastWords(ran.output)}`);
  return { seconds: place.hosts.secondsOf(ran.ms), ...difference(await place.hosts.counts(), before) };
}

/** Throws unless every host of the place serves the given change: an exit status alone proves nothing. */
export async function mustServe(place: Place, change: number): Promise<void> {
  for (const host of place.hostNames) {
    const current = await followCurrent(place, host);
    const served = Number(await readFile(join(current, 'public/change.txt'), 'utf8'));
    if (served !== change)
      throw new Error(`It ended with 0, and ${host} serves change ${served} instead of ${change}.`);
  }
}

/** Links may be absolute, and then mean the host's own view. */
async function followCurrent(place: Place, host: string): Promise<string> {
  const link = await readlink(place.hosts.outside(host, join(place.deployPath, 'current')));
  return place.hosts.outside(host, resolve(place.deployPath, link));
}

function lastWords(output: string): string {
  return output.trimEnd().split('\n').slice(-15).join('\n');
}
