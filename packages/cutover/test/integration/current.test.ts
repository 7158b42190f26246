import assert from 'node:assert/strict';
import { existsSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { deployedInTurn, freshForEach } from '../kit/pages.ts';
import { ended, type Shop, succeeded } from '../kit/shop.ts';

describe('a current that was changed by hand', () => {
  const opened = freshForEach();

  for (const [how, change] of [
    ['with a slash at its end', (site, release) => linkTo(site, 'current', `releases/${release}/`)],
    [
      'through a second link',
      (site, release) => {
        linkTo(site, 'releases/latest', release);
        linkTo(site, 'current', 'releases/latest');
      },
    ],
    ['as an absolute path', (site, release) => linkTo(site, 'current', join(site.path('web1'), 'releases', release))],
  ] as readonly (readonly [string, (site: Shop, release: string) => void])[])
    it(`to name the release ${how} blocks no deployment, and comes back when one fails`, async () => {
      const site = opened();
      const [before = ''] = await deployedInTurn(site, 'first');
      change(site, before);
      site.configure({ hooks: { 'after activate': ['false'] } });
      ended(await site.cutover('deploy'), 1);
      assert.equal(site.read('web1', 'index.html'), 'first\n');
      const [, left = ''] = releases(site);
      assert.equal(stateOf(site.record('web1', left)), 'failed');

      change(site, before);
      const after = await deployed(site);
      assert.equal(readlinkSync(join(site.path('web1'), 'current')), `releases/${after}`);
      assert.equal(stateOf(site.record('web1', before)), 'retired');
    });

  it('and leads nowhere since blocks no deployment, not even after one that failed', async () => {
    const site = opened();
    const [gone = ''] = await deployedInTurn(site, 'first');
    rmSync(join(site.path('web1'), 'releases', gone), { recursive: true });
    site.configure({ hooks: { build: ['false'] } });
    ended(await site.cutover('deploy'), 1);
    assert.equal(site.isLocked('web1'), false);
    const after = await deployed(site);
    assert.equal(readlinkSync(join(site.path('web1'), 'current')), `releases/${after}`);
    assert.ok(existsSync(join(site.path('web1'), 'current/REVISION')));
  });
});

async function deployed(site: Shop): Promise<string> {
  site.configure({});
  succeeded(await site.cutover('deploy'));
  return site.serves('web1') ?? '';
}

function linkTo(site: Shop, name: string, target: string): void {
  const path = join(site.path('web1'), name);
  if (existsSync(path)) unlinkSync(path);
  symlinkSync(target, path);
}

function releases(site: Shop): readonly string[] {
  return site.releases('web1').filter((name) => name !== 'latest');
}
