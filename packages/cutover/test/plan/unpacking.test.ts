import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { receive } from '../../src/plan/steps/receive.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { placeFor, shells } from '../kit/place.ts';
import { makeTools } from '../kit/tools.ts';
import { makeTree } from '../kit/trees.ts';
import { git, write } from '../source/kit.ts';

describe('the unpacking of an archive', () => {
  for (const shell of shells)
    it(`fails in ${shell.join(' ')} when what unpacks it breaks off between two files, which tar takes for the end`, (t) => {
      const place = placeFor(t, emptyHost());
      const half = join(place.directory, 'half');
      makeTar(place.directory, half);
      const tools = makeTools(join(place.directory, 'tools'), { only: [], instead: { zstd: `cat '${half}'; exit 1` } });
      const payload = { kind: 'git-archive', tree: 'a', compression: 'zstd' } as const;
      const ended = place.run(receive(place.job, place.site, { kind: 'archive', payload }).script, {
        shell,
        env: { PATH: `${tools}:${process.env['PATH']}`, CUTOVER_PAYLOAD: '/dev/null' },
      });
      assert.equal(ended.status, 1, ended.said);
    });
});

describe('the change of a large file', () => {
  it('takes up little room on the host, though all of what it builds on is packed with it', (t) => {
    const place = placeFor(t, emptyHost());
    const repo = join(place.directory, 'repo');
    mkdirSync(repo);
    git(repo, ['init', '-q']);
    const asset = Array.from({ length: 100_000 }, (_, i) => `line ${i} of a large asset\n`).join('');
    const [before, tree] = [asset, `${asset}changed\n`].map((text) => makeTree(repo, { asset: [text, '100644'] }));
    assert.ok(before && tree);
    const packs = join(place.path, '.cutover/repo.git/objects/pack');
    const pack = (what: readonly string[], bases = '') => {
      const input = bases + git(repo, ['rev-list', '--objects', ...what]);
      return execFileSync('git', ['pack-objects', '--stdout', '-q'], { cwd: repo, input });
    };
    git(place.path, ['init', '-q', '--bare', '.cutover/repo.git']);
    execFileSync('git', ['--git-dir', dirname(dirname(packs)), 'index-pack', '--stdin'], {
      input: pack([before]),
    });
    const others = new Set(readdirSync(packs));
    const thin = pack([tree, `^${before}`], `-${before}\n`);
    assert.ok(thin.length < 1000);
    writeFileSync(join(place.directory, 'thin'), thin);
    const payload = { kind: 'git-pack', tree, have: [before] } as const;
    const delivery = { kind: 'pack', tree, payload, all: { ...payload, have: [] }, remainder: null } as const;
    const { status, said } = place.run(receive(place.job, place.site, delivery).script, {
      env: { CUTOVER_PAYLOAD: join(place.directory, 'thin') },
    });
    assert.equal(status, 0, said);
    const added = readdirSync(packs).filter((name) => name.endsWith('.pack') && !others.has(name));
    const [size = 0] = added.map((name) => statSync(join(packs, name)).size);
    assert.ok(size > 0 && size < asset.length / 3, `${size} bytes for ${asset.length}`);
  });
});

/** The first ten of twenty files, each a header and one block. */
function makeTar(directory: string, half: string): void {
  const names = Array.from({ length: 20 }, (_, i) => `file-${i}`);
  const source = join(directory, 'source');
  mkdirSync(source);
  write(source, Object.fromEntries(names.map((name) => [name, 'x'.repeat(512)])));
  execFileSync('sh', ['-c', 'tar -cf - -C "$0" "$@" | head -c 10240 > "$HALF"', source, ...names], {
    env: { ...process.env, HALF: half },
  });
}
