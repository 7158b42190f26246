import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Shop } from './shop.ts';
import { until } from './until.ts';

const start = promisify(execFile);

/** Copies all deploy paths of a shop aside; what it gives puts them back in place of what is there then. A case that begins where another has been need not deploy for it. */
export async function keepAside(site: Shop): Promise<() => Promise<void>> {
  const hosts = dirname(site.path('any'));
  await Promise.all(readdirSync(hosts).map((host) => nothingIsFreed(join(hosts, host))));
  const kept = mkdtempSync(join(site.directory, 'kept-'));
  await copyTree(hosts, kept);
  return async () => {
    for (const path of readdirSync(hosts).map((host) => join(hosts, host)))
      for (const entry of readdirSync(path))
        rmSync(join(path, entry), { recursive: true, force: true, maxRetries: 10 });
    await copyTree(kept, hosts);
  };
}

/**
 * What watched over the steps of a deployment gives back the room that it had set aside when it ends, a moment after the deployment; so does a
 * builder of a spare that finds nothing worth one.
 */
export async function nothingIsFreed(deployPath: string): Promise<void> {
  const [runs, spares] = ['runs', 'spares'].map((name) => join(deployPath, '.cutover', name)) as [string, string];
  const entries = (path: string, recursive = false): string[] =>
    existsSync(path) ? readdirSync(path, { recursive }).map(String) : [];
  const journals = () => entries(runs, true).filter((path) => basename(path) === 'reserve');
  await until('no room is to be given back', () => journals().every((path) => isFreed(dirname(join(runs, path)))));
  await until('no spare is made', () => entries(spares).every((name) => existsSync(join(spares, name, 'tree'))));
}

/** Whether what watched over a journal has given back the room that it had set aside, which is the last that it does. */
export function isFreed(journal: string): boolean {
  return (statSync(join(journal, 'reserve'), { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** Copies a directory into one that is empty. What a deployment left running may put something away meanwhile: then all of it is copied again. */
export async function copyTree(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await start('cp', ['-a', `${from}/.`, to]);
      return;
    } catch (error) {
      if (tries === 50) throw error;
    }
    await sleep(100);
    for (const entry of readdirSync(to)) rmSync(join(to, entry), { recursive: true, force: true, maxRetries: 10 });
  }
}
