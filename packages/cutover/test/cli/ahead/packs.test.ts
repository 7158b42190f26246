import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PacksAhead } from '../../../src/cli/ahead/packs.ts';
import { RevisionAhead } from '../../../src/cli/ahead/revision.ts';
import { sourceProblem } from '../../../src/source/problem.ts';
import { identifyRevision } from '../../../src/source/resolve.ts';
import { startCall } from '../../kit/call.ts';
import { shop, succeeded } from '../../kit/shop.ts';
import { answered, commit, git, noSignal, repository, workspace, write } from '../../source/kit.ts';
import { watchedGit } from './kit.ts';

describe('Packs that are made ahead', () => {
  it('are had by whoever wants the same, and by nobody else', async (t) => {
    const repo = repository(join(workspace(t), 'app'), { a: '1' });
    const before = treeOf(repo);
    write(repo, { b: '2' });
    commit(repo, 'Second');
    const tree = treeOf(repo);
    const found = identifyRevision(sourceIn(repo), { signal: noSignal, limitMs: 1000 });
    const packs = new PacksAhead({ repository: repo, found, trees: { web1: [before], web2: [before], web3: [tree] } });
    t.after(() => packs.close());
    const made = await packs.made({ kind: 'git-pack', tree, have: [before] });
    assert.ok(made !== null && answered(made).bytes > 32);
    assert.equal(await packs.made({ kind: 'git-pack', tree, have: [] }), null);
    assert.equal(await packs.made({ kind: 'git-pack', tree: before, have: [before] }), null);
  });

  it('are none where nothing can be found', async (t) => {
    const found = Promise.resolve(sourceProblem('unreadable', 'Nothing is there.'));
    const packs = new PacksAhead({ repository: '/', found, trees: { web1: [] } });
    t.after(() => packs.close());
    assert.equal(await packs.made({ kind: 'git-pack', tree: 'f'.repeat(40), have: [] }), null);
  });

  it('are for whoever takes the revision, and nobody else waits for them', async (t) => {
    const repo = repository(join(workspace(t), 'app'), { a: '1' });
    const payload = { kind: 'git-pack', tree: treeOf(repo), have: [] } as const;
    const { kind: _, ...of } = sourceIn(repo);
    const ahead = new RevisionAhead(of, { web1: [] });
    t.after(() => ahead.close());
    assert.equal(await ahead.made(payload), null);
    assert.ok((await ahead.take(of)) !== null);
    assert.ok((await ahead.made(payload)) !== null);
  });

  it('are what the next deployment sends, and are not sent to a host that holds other trees', async (t) => {
    const site = await shop(t);
    const { path, calls } = watchedGit(site.directory);
    const world = { ...site.world, env: { ...site.world.env, PATH: path } };
    const packs = () => calls('pack-objects').length;
    const deploy = async (text: string, ...options: readonly string[]): Promise<void> => {
      site.change({ 'index.html': text });
      succeeded(await startCall(['deploy', '--yes', ...options], world).ended);
      assert.equal(site.read('web1', 'index.html'), text);
    };
    for (const made of [1, 2, 3, 4]) {
      await deploy(`${made}\n`);
      assert.equal(packs(), made);
    }
    await deploy('by another command\n', '--verbose');
    await deploy('after that\n');
    assert.equal(packs(), 4 + 1 + 2);
  });
});

function treeOf(repo: string): string {
  return git(repo, ['rev-parse', 'HEAD^{tree}']).trim();
}

function sourceIn(repository: string) {
  return { kind: 'git', repository, ref: 'main', subdirectory: null } as const;
}
