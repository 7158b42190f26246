import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { workspace } from '../source/kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('A command that is over', () => {
  it('has said everything, however late it is read', (t) => {
    const directory = workspace(t);
    // More than a pipe holds.
    const wrong = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`option${i}${'-'.repeat(1500)}`, i]));
    writeFileSync(join(directory, 'cutover.config.json'), JSON.stringify({ project: 'shop', stages: {}, ...wrong }));
    const call = '{ "$0" "$1" status 2>&1; echo "ended with $?"; } | { sleep 3; cat; }';
    const { stdout } = spawnSync('sh', ['-c', call, process.execPath, main], {
      cwd: directory,
      env: { ...process.env, HOME: directory },
      encoding: 'utf8',
    });
    assert.match(stdout, /option0\b/);
    assert.match(stdout, /option99\b/);
    assert.match(stdout, /ended with 2\n$/);
  });
});
