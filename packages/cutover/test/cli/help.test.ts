import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commands } from '../../src/cli/specs.ts';
import { ended, project } from './kit.ts';

const names = commands.flatMap(({ usage, subcommands = [] }) => {
  const [name = ''] = usage.split(' ');
  return [[name], ...subcommands.map((sub) => [name, sub.usage.split(' ')[0] ?? ''])];
});

describe('cutover help', () => {
  it('shows of every command, and of those within it, what --help does', async (t) => {
    const on = project(t);
    assert.ok(names.some((path) => path.join(' ') === 'env push'));
    for (const path of names) {
      const { out } = ended(await on.cutover('help', ...path), 0);
      assert.match(out, new RegExp(`^Usage: cutover ${path.join(' ')}\\b`));
      assert.equal(out, ended(await on.cutover(...path, '--help'), 0).out);
    }
  });

  it('shows all commands where none is named, and as a mistake where there is none of the name', async (t) => {
    const on = project(t);
    const all = ended(await on.cutover('--help'), 0).out;
    assert.equal(ended(await on.cutover('help'), 0).out, all);
    assert.ok(ended(await on.cutover('help', 'nonsense'), 2).err.startsWith(all));
  });
});
