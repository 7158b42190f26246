import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { beforeEach } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { type Shop, type ShopOptions, shopForAll, succeeded } from './shop.ts';

/** One shop for a suite, with deploy paths that are empty again for each case. */
export function freshForEach(options: ShopOptions = {}): () => Shop {
  const opened = shopForAll(options);
  beforeEach(() => {
    for (const host of options.hosts ?? ['web1']) rmSync(opened().path(host), { recursive: true, force: true });
  });
  return opened;
}

/** Deploys a page with this text; answers the release. */
export async function deployed(
  site: Shop,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  site.change({ 'index.html': `${text}\n` });
  site.configure(more);
  succeeded(await site.cutover('deploy'));
  const release = site.serves('web1') ?? '';
  assert.equal(site.read('web1', 'index.html'), `${text}\n`);
  assert.equal(stateOf(site.record('web1', release)), 'live');
  return release;
}
