import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commit, write } from '../source/kit.ts';
import { ended, project } from './kit.ts';

describe('a repository on a host that is damaged', () => {
  it('is made anew from a full pack in the same deployment, which says so', async (t) => {
    const site = project(t, { hosts: { one: {} } });
    write(site.app, { 'src/kept.txt': 'kept\n' });
    commit(site.app, 'What stays as it is');
    ended(await site.cutover('deploy'), 0);
    const repository = join(site.path('one'), '.cutover/repo.git');
    const packs = join(repository, 'objects/pack');
    const damages: readonly (() => void)[] = [
      () => rmSync(packs, { recursive: true }),
      () => rmSync(join(repository, 'HEAD')),
      () => {
        for (const name of readdirSync(packs).filter((one) => one.endsWith('.pack'))) {
          execFileSync('chmod', ['644', join(packs, name)]);
          truncateSync(join(packs, name), 40);
        }
      },
    ];
    for (const [i, damage] of damages.entries()) {
      damage();
      write(site.app, { 'index.html': `version ${i}\n` });
      commit(site.app, `Version ${i}`);
      const { out } = ended(await site.cutover('deploy'), 0);
      assert.match(out, /^\[one\] receive all objects and unpack$/m, `damage ${i}`);
      assert.doesNotMatch(out, /receive-anew/);
      assert.match(out, /could not be used: it is made anew from a full pack/, `damage ${i}`);
      assert.equal(readFileSync(join(site.path('one'), 'current/index.html'), 'utf8'), `version ${i}\n`);
      execFileSync('git', ['--git-dir', repository, 'fsck', '--full'], { stdio: 'pipe' });
    }
    writeFileSync(join(site.app, 'more'), 'x');
    commit(site.app, 'More');
    const sound = ended(await site.cutover('deploy'), 0);
    assert.doesNotMatch(sound.out, /made anew/);
  });
});
