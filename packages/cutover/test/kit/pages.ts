import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { beforeEach } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { keepAside } from './kept.ts';
import { type Shop, type ShopOptions, shopForAll, succeeded } from './shop.ts';

/** One shop for a suite, with deploy paths that are empty again for each case. */
export function freshForEach(options: ShopOptions = {}): () => Shop {
  const opened = shopForAll(options);
  beforeEach(() => emptied(opened(), options.hosts));
  return opened;
}

function emptied(site: Shop, hosts: readonly string[] = ['web1']): void {
  for (const host of hosts) rmSync(site.path(host), { recursive: true, force: true, maxRetries: 10 });
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

interface Turn {
  readonly releases: readonly string[];
  putBack(): Promise<void>;
}

const turns = new WeakMap<Shop, Map<string, Turn>>();

/** Pages that were deployed one after the other, to deploy paths that are empty now; answers their releases. What was deployed so for a case before is put back from a copy. */
export async function deployedInTurn(site: Shop, ...texts: readonly string[]): Promise<readonly string[]> {
  const known = turns.get(site) ?? new Map<string, Turn>();
  turns.set(site, known);
  const keys = texts.map((_, i) => JSON.stringify(texts.slice(0, i + 1)));
  const from = keys.findLastIndex((key) => known.has(key));
  const begun = known.get(keys[from] ?? '');
  await begun?.putBack();
  const releases = [...(begun?.releases ?? [])];
  for (const [i, text] of texts.entries()) {
    if (i <= from) continue;
    releases.push(await deployed(site, text));
    known.set(keys[i] ?? '', { releases: [...releases], putBack: await keepAside(site) });
  }
  site.configure({});
  return releases;
}
