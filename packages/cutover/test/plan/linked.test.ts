import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LinkedFacts } from '../../src/model/facts.ts';
import type { Settings, SharedPath } from '../../src/model/settings.ts';
import { unsharedLinks } from '../../src/plan/linked.ts';
import { buildObstaclesAt } from '../../src/plan/preconditions.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { aHost, settingsFor } from '../kit/wishes.ts';

const storage: LinkedFacts = { type: 'directory', from: 'storage', to: 'shared/storage' };
const env: LinkedFacts = { type: 'file', from: '.env', to: 'shared/.env' };
const top: LinkedFacts = { type: 'directory', from: 'storage', to: 'storage' };

const share = (from: string, to = from): SharedPath => ({ type: 'directory', from, to, required: false });

describe('links of another tool that the config does not keep', () => {
  const cases: readonly (readonly [string, readonly LinkedFacts[], Partial<Settings>, readonly LinkedFacts[]])[] = [
    ['are those that it says nothing of', [storage, env], { shared: [share('storage')] }, [env]],
    ['are not those that it shares as they are', [storage, env], { shared: [share('storage'), share('.env')] }, []],
    ['are those that it would lead elsewhere', [storage], { shared: [share('storage', 'data')] }, [storage]],
    [
      'are not those of which it shares the directory that they are in, or parts',
      [
        { type: 'directory', from: 'storage/app', to: 'shared/storage/app' },
        { ...storage, from: 'public/up', to: 'shared/up' },
      ],
      { shared: [share('storage'), share('public/up/images', 'up/images')] },
      [],
    ],
    [
      'are not what it lets each release write for itself',
      [storage],
      { writable: { paths: ['storage'], way: 'mode', user: null, group: null } },
      [],
    ],
    [
      'are not those whose loss it accepts',
      [storage, env],
      { accept: { 'unshared-links': 'Nothing is uploaded.' } },
      [],
    ],
    ['may lie at the top of the deploy path', [top], { layout: 'envoyer', shared: [] }, [top]],
    ['do not when they lie there and are shared there', [top], { layout: 'envoyer', shared: [share('storage')] }, []],
  ];
  for (const [name, linked, more, expected] of cases)
    it(name, () => {
      const { site, settings } = linkedSite(linked, more);
      const refusal = unsharedLinks(site, settings);
      assert.deepEqual(refusal?.kind === 'unshared-links' ? refusal.links : [], expected);
    });
});

describe('the layout of another tool', () => {
  const up: LinkedFacts = { type: 'directory', from: 'public/up', to: 'shared/up' };
  const all = [share('storage'), share('.env'), share('public/up', 'shared/up')];

  it('is told by its links where all of them lead below shared/', () => {
    assert.deepEqual(refusedOf([storage, env], { layout: 'envoyer', shared: [share('storage'), share('.env')] }), [
      'other-layout',
    ]);
  });

  it('is the one of the config where some of them lead to the top', () => {
    const linked: readonly LinkedFacts[] = [top, { ...env, to: '.env' }, up];
    assert.deepEqual(refusedOf(linked, { layout: 'envoyer', shared: all }), []);
    assert.deepEqual(refusedOf(linked, { layout: 'envoyer', shared: all.slice(0, 2) }), ['unshared-links']);
  });
});

function refusedOf(linked: readonly LinkedFacts[], more: Partial<Settings>): readonly string[] {
  const { site, settings } = linkedSite(linked, more);
  return buildObstaclesAt(site, settings).map(({ kind }) => kind);
}

/** A host on which another tool's release with these links is in service. */
function linkedSite(linked: readonly LinkedFacts[], more: Partial<Settings>) {
  const host = aHost('web1', { deployPath: '/srv/shop' });
  const facts = { ...memoryFacts(hostWith([]), ''), linked };
  return {
    site: { host, path: '/srv/shop', facts, takesOver: null, serves: '42' },
    settings: settingsFor([host], { layout: 'shared', ...more }),
  };
}
