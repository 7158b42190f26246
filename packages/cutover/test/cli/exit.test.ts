import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { workspace } from '../source/kit.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('A command that is over', () => {
  it('has said everything, however late it is read', async (t) => {
    const directory = workspace(t);
    const wrong = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`option${i}${'-'.repeat(1000)}`, i]));
    writeFileSync(join(directory, 'cutover.config.json'), JSON.stringify({ project: 'shop', stages: {}, ...wrong }));
    const child = spawn(process.execPath, [main, 'status'], {
      cwd: directory,
      env: { ...process.env, HOME: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'exit');
    await Promise.race([ended, sleep(3000)]);
    const said = await text(child.stderr);
    assert.match(said, /option0\b/);
    assert.match(said, /option99\b/);
    assert.deepEqual(await ended, [2, null]);
  });
});
