import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Numbers } from '../../src/demo/numbers.ts';
import { compiled } from '../kit/call.ts';
import { allGone, childrenOf } from '../kit/processes.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

describe('cutover demo', () => {
  it('serves every request well, keeps both broken releases out, rolls back, and leaves nothing behind', async () => {
    using world = makeWorld();
    const { code, out, err } = await over(world.demo('--releases', '4', '--seconds', '4', '--json'));
    assert.equal(err, '');
    const numbers = JSON.parse(out) as Numbers;
    assert.deepEqual(numbers.complaints, []);
    assert.equal(numbers.servedBy, 'nginx and PHP-FPM');
    assert.equal(code, 0);
    const { requests, failed, mixed, outOfService, missingAssets, lostSessions } = numbers;
    assert.deepEqual([failed, mixed, outOfService, missingAssets, lostSessions], [0, 0, 0, 0, 0]);
    assert.ok(requests > 100, `Only ${requests} requests were made.`);
    assert.deepEqual(
      numbers.broken.map(({ release, flaw }) => [release, flaw]),
      [
        [2, 'build'],
        [3, 'check'],
      ],
    );
    assert.equal(numbers.broken[0]?.pages, 0);
    assert.deepEqual([numbers.released, numbers.rolledBackTo], [2, 1]);
    world.mustBeEmpty();
  });

  it('tells in plain lines what it does where nobody sits at a terminal', async () => {
    using world = makeWorld();
    const { code, out } = await over(world.demo('--releases', '4', '--seconds', '1', '--keep', '--embedded'));
    assert.equal(code, 0);
    assert.doesNotMatch(out, /[\x1b\r]/);
    assert.match(out, /^✗ Release 2 of 4 .*\n.*its build failed \(“src\/shop\.css is missing”\)/m);
    assert.match(out, /^✗ Release 3 of 4 .*\n.*its health check failed \(“The stock list is gone”\)/m);
    assert.match(out, /^✓ Rollback to release 1 /m);
    assert.match(out, /served by the embedded server/i);
    const [, kept = ''] = /^Kept: (.*)$/m.exec(out) ?? [];
    assert.deepEqual(readdirSync(kept).sort(), ['home', 'server', 'shop']);
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 80 && !line.startsWith('Kept: ')),
      [],
    );
  });

  it('stops at Ctrl-C and leaves nothing behind', async () => {
    using world = makeWorld();
    const child = world.demo('--releases', '4', '--seconds', '30');
    const ended = over(child);
    await told(child, 'Release 1 of 4');
    const children = ['nginx', 'php-fpm', 'visitors'].flatMap((name) => childrenOf(child.pid ?? 0, name));
    assert.equal(children.length, 3, 'nginx, PHP-FPM and the visitors');
    child.kill('SIGINT');
    assert.deepEqual([(await ended).code, (await ended).err], [130, '\nThe demo was stopped.\n']);
    await allGone(children);
    world.mustBeEmpty();
  });

  it('refuses numbers that cannot be, before anything is made', async () => {
    using world = makeWorld();
    for (const args of [
      ['--releases', '3'],
      ['--releases', 'many'],
      ['--seconds', '0'],
      ['--seconds', '9999'],
    ])
      assert.equal((await over(world.demo(...args))).code, 2, args.join(' '));
    world.mustBeEmpty();
  });
});

interface World extends Disposable {
  demo(...args: readonly string[]): ChildProcess;
  /** Neither in the temporary directory nor in the user's home has anything been left. */
  mustBeEmpty(): void;
}

function makeWorld(): World {
  const path = mkdtempSync(join(tmpdir(), 'cutover-test-'));
  const [home, temporary] = [join(path, 'home'), join(path, 'tmp')];
  for (const directory of [home, temporary]) mkdirSync(directory);
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, NODE_COMPILE_CACHE: compiled };
  return {
    demo: (...args) => spawn(process.execPath, [main, 'demo', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    mustBeEmpty() {
      for (const directory of [home, temporary]) assert.deepEqual(readdirSync(directory), []);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function over(child: ChildProcess) {
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { out, err, code: code as number | null };
}

function told(child: ChildProcess, words: string): Promise<void> {
  let heard = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      heard += String(chunk);
      if (heard.includes(words)) resolve();
    });
  });
}
