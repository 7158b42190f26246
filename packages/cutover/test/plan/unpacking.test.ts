import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { receive } from '../../src/plan/steps/receive.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { placeFor, shells } from '../kit/place.ts';
import { makeTools } from '../kit/tools.ts';
import { write } from '../source/kit.ts';

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
