import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { openPayloads } from '../../src/source/payloads.ts';
import { answered, git, noSignal, problemOf, repository, workspace } from './kit.ts';

describe('the payloads of a deployment', () => {
  it('are made once for all hosts that want the same, which read at the same time', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: 'x'.repeat(300_000) });
    const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    const tree = git(repo, ['rev-parse', 'HEAD^{tree}']).trim();
    const wish = { kind: 'git-archive', tree, compression: 'none' } as const;
    const made = await Promise.all(Array.from({ length: 20 }, async () => answered(await payloads.make({ ...wish }))));
    assert.equal(new Set(made).size, 1);
    const contents = await Promise.all(made.map(({ read }) => buffer(read())));
    for (const content of contents) assert.ok(content.equals(contents[0] ?? Buffer.alloc(0)));
    assert.equal(contents[0]?.length, made[0]?.bytes);
  });

  it('can still be read by others when one reader gives up', async (t) => {
    const home = workspace(t);
    writeFileSync(join(home, 'file'), 'x'.repeat(1_000_000));
    const payloads = openPayloads({ repository: null, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    const { read } = answered(await payloads.make({ kind: 'file', path: join(home, 'file') }));
    for await (const chunk of read()) {
      assert.ok(chunk.length < 1_000_000);
      break;
    }
    assert.equal((await buffer(read())).length, 1_000_000);
  });

  it('leave no file in the temporary directory, not even while they are in use', async (t) => {
    const home = workspace(t);
    const repo = repository(join(home, 'repo'), { a: '1' });
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = workspace(t);
    t.after(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
    const tree = git(repo, ['rev-parse', 'HEAD^{tree}']).trim();
    const { read } = answered(await payloads.make({ kind: 'git-pack', tree, have: [] }));
    assert.deepEqual(readdirSync(process.env['TMPDIR']), []);
    assert.ok((await buffer(read())).length > 32);
    await payloads.dispose();
    assert.deepEqual(readdirSync(process.env['TMPDIR']), []);
  });

  it('are a file byte for byte, an empty one too, and a problem when it is not there', async (t) => {
    const home = workspace(t);
    writeFileSync(join(home, '.env'), 'A=$(b)\n');
    writeFileSync(join(home, 'empty'), '');
    const payloads = openPayloads({ repository: null, exclude: [], signal: noSignal });
    t.after(() => payloads.dispose());
    const env = answered(await payloads.make({ kind: 'file', path: join(home, '.env') }));
    assert.deepEqual([env.bytes, await text(env.read()), await text(env.read())], [7, 'A=$(b)\n', 'A=$(b)\n']);
    const empty = answered(await payloads.make({ kind: 'file', path: join(home, 'empty') }));
    assert.deepEqual([empty.bytes, await text(empty.read())], [0, '']);
    assert.equal(problemOf(await payloads.make({ kind: 'file', path: join(home, 'none') })).problem, 'unreadable');
  });

  it('are a problem when there is no room for them', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/nowhere/at all';
    t.after(() => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    });
    const payloads = openPayloads({ repository: repo, exclude: [], signal: noSignal });
    const problem = problemOf(await payloads.make({ kind: 'git-pack', tree: 'f'.repeat(40), have: [] }));
    assert.equal(problem.problem, 'no-room');
    assert.match(problem.message, /could not be written to \/nowhere\/at all/);
    await payloads.dispose();
  });

  it('are cancelled with their deployment', async (t) => {
    const repo = repository(workspace(t), { a: '1' });
    const payloads = openPayloads({ repository: repo, exclude: [], signal: AbortSignal.abort() });
    t.after(() => payloads.dispose());
    const tree = git(repo, ['rev-parse', 'HEAD^{tree}']).trim();
    assert.equal(problemOf(await payloads.make({ kind: 'git-pack', tree, have: [] })).problem, 'cancelled');
    const artifact = { kind: 'artifact', path: repo, digest: '', compression: 'none' } as const;
    assert.equal(problemOf(await payloads.make(artifact)).problem, 'cancelled');
  });
});
