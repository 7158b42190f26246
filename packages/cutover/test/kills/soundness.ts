import assert from 'node:assert/strict';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hasServed, type ReleaseName, type ReleaseRecord, stateOf } from '../../src/model/release.ts';
import { keep, type Site } from './site.ts';

/** What must hold at every moment: `current` names a release that is whole and proven. */
export function assertSound(site: Site, host: string, story: string): void {
  for (let tries = 1; ; tries += 1) {
    const served = target(site, host);
    const fault = faultOf(site, host, served);
    if (fault === null) return;
    // What was looked at may have been taken back while it was looked at.
    if (served === target(site, host) || tries === 10) assert.fail(`${host} serves ${served}, ${fault}\n${story}`);
  }
}

function target({ shop }: Site, host: string): ReleaseName {
  return basename(readlinkSync(join(shop.path(host), 'current')));
}

function faultOf({ shop, pages }: Site, host: string, release: ReleaseName): string | null {
  const directory = join(shop.path(host), 'releases', release);
  try {
    const revision = readFileSync(join(directory, 'REVISION'), 'utf8').trim();
    if (readFileSync(join(directory, 'index.html'), 'utf8') !== pages.get(revision)) return 'whose page is another';
    if (!existsSync(join(directory, 'public/build/app.1.js'))) return 'which is incomplete';
    const state = stateOf(shop.record(host, release));
    return state === 'building' || state === 'failed' ? `which is ${state}` : null;
  } catch (error) {
    return String(error);
  }
}

/** The releases of a host that no deployment may remove: the one in service, and those that could be gone back to. */
export function lasting({ shop }: Site, host: string): readonly ReleaseName[] {
  const serves = shop.serves(host);
  const served = shop
    .records(host)
    .map((release) => shop.record(host, release))
    .filter((record) => record.name !== serves && hasServed(record) && stateOf(record) !== 'bad')
    .sort((a, b) => (lastLive(a) < lastLive(b) ? 1 : -1));
  return [...(serves === null ? [] : [serves]), ...served.slice(0, keep - 1).map(({ name }) => name)];
}

function lastLive({ states }: ReleaseRecord): string {
  return states.findLast(({ state }) => state === 'live')?.at ?? '';
}
