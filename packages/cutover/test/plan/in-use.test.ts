import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inUseFunction, mayBeUsedFunction } from '../../src/plan/steps/in-use.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { lines, sh } from '../../src/shell/text.ts';
import { type Place, placeFor, shells } from '../kit/place.ts';

const release = '20260301100000';

type Use = (directory: string) => Promise<() => unknown>;

/** Each way in which a process can hold on to a release; the answer ends it. */
const uses: Readonly<Record<string, Use>> = {
  'a working directory': (directory) => sleeper('sleep', ['60'], directory),
  'a program that runs': async (directory) => {
    copyFileSync('/bin/sleep', join(directory, 'program'));
    chmodSync(join(directory, 'program'), 0o755);
    return sleeper(join(directory, 'program'), ['60'], '/');
  },
  'an open file': async (directory) => {
    const file = openSync(join(directory, 'file.txt'), 'r');
    return () => closeSync(file);
  },
  'a socket that is listened on': async (directory) => {
    const server = createServer().listen(join(directory, 'app.sock'));
    await once(server, 'listening');
    return () => server.close();
  },
};

describe('a release', () => {
  for (const [i, [name, use]] of Object.entries(uses).entries())
    it(`is in use by ${name}, and only while that lasts; another one whose name begins so is not`, async (t) => {
      const shell = shells[i % shells.length] ?? ['dash'];
      const place = placeFor(t, emptyHost());
      place.write({ [`releases/${release}/file.txt`]: '1', [`releases/${release}1/file.txt`]: '1' });
      assert.equal(usedIn(place, shell), '');
      const end = await use(realpathSync(join(place.path, 'releases', release)));
      assert.equal(usedIn(place, shell), release);
      await end();
    });

  it('is in use where releases is a link to another disk as well', async (t) => {
    const place = placeFor(t, emptyHost());
    const disk = join(place.directory, 'disk');
    mkdirSync(join(disk, release), { recursive: true });
    rmSync(join(place.path, 'releases'), { recursive: true });
    symlinkSync(disk, join(place.path, 'releases'));
    const end = await sleeper('sleep', ['60'], join(disk, release));
    assert.equal(usedIn(place, ['dash']), release);
    await end();
    assert.equal(usedIn(place, ['dash']), '');
  });

  it('is taken for used when it left service lately and workers of PHP cannot be seen into', (t) => {
    const place = placeFor(t, emptyHost());
    place.write({ [`.cutover/releases/${release}.json`]: '{}' });
    const blind = 'readlink() { return 1; }';
    const named =
      'rm -f php-fpm9.9; cp /bin/sleep ./php-fpm9.9; ./php-fpm9.9 30 > /dev/null 2>&1 & worker=$!; trap "kill $worker" EXIT; sleep 0.3';
    const may = (first: string) =>
      place
        .run(
          String(lines(sh`cd ${place.path}`, mayBeUsedFunction, sh`may_be_used ${release} && echo yes || echo no`)),
          { first },
        )
        .said.trim();
    const there = `cd '${place.directory}'; ${named}`;
    assert.equal(may(`${there}; ${blind}`), 'yes');
    assert.equal(may(there), 'no');
    const longAgo = Date.now() / 1000 - 600;
    utimesSync(join(place.path, `.cutover/releases/${release}.json`), longAgo, longAgo);
    assert.equal(may(`${there}; ${blind}`), 'no');
  });
});

/** Those of both releases that are in use. */
function usedIn(place: Place, shell: readonly [string, ...string[]]): string {
  const look = sh`for name in ${[release, `${release}1`]}; do if in_use "$name"; then echo "$name"; fi; done`;
  return place.run(String(lines(sh`cd ${place.path}`, inUseFunction, look)), { shell }).said.trim();
}

async function sleeper(program: string, args: readonly string[], cwd: string): Promise<() => Promise<unknown>> {
  const child = spawn(program, args, { cwd, stdio: 'ignore' });
  await once(child, 'spawn');
  return async () => {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
}
