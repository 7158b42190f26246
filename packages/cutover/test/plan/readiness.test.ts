import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ScriptExit } from '../../src/model/failure.ts';
import { swapTrial } from '../../src/plan/readiness.ts';
import { makeTools, mvOfBsd } from '../kit/tools.ts';
import { workspace } from '../source/kit.ts';

const needed = ['sh', 'dash', 'bash', 'busybox', 'mkdir', 'rm', 'ln', 'readlink'];

describe('the trial of the swap', () => {
  for (const shell of [['dash'], ['bash'], ['busybox', 'sh']] as const) {
    const run = (directory: string, tools: string) => {
      const place = join(directory, 'a place');
      mkdirSync(place);
      const env = { PATH: tools, TMPDIR: place };
      const [command, ...first] = shell;
      const ended = spawnSync(command, [...first, '-eu', '-c', String(swapTrial('20260322-k3xq'))], {
        env,
        encoding: 'utf8',
      });
      return { ...ended, left: readdirSync(place) };
    };

    it(`succeeds in ${shell.join(' ')} where mv can do it, and leaves nothing`, (t) => {
      const directory = workspace(t);
      const ended = run(directory, makeTools(join(directory, 'tools'), {}));
      assert.deepEqual([ended.status, ended.left], [0, []], ended.stderr);
    });

    it(`succeeds in ${shell.join(' ')} where the directory for temporary files is not there`, (t) => {
      const directory = workspace(t);
      const [command, ...first] = shell;
      const env = { PATH: makeTools(join(directory, 'tools'), {}), TMPDIR: join(directory, 'gone') };
      const ended = spawnSync(command, [...first, '-eu', '-c', String(swapTrial('20260322-gone'))], {
        env,
        encoding: 'utf8',
      });
      assert.deepEqual([ended.status, ended.stdout], [0, ''], ended.stderr);
      for (const place of ['/tmp', '/var/tmp', '/dev/shm'])
        assert.ok(!existsSync(join(place, 'cutover-20260322-gone')));
    });

    // Its own mv cannot be taken from it.
    if (shell[0] === 'busybox') continue;
    it(`refuses in ${shell.join(' ')} where no tool can do it, and leaves nothing`, (t) => {
      const directory = workspace(t);
      const tools = makeTools(join(directory, 'tools'), { only: needed, instead: { mv: mvOfBsd } });
      const ended = run(directory, tools);
      assert.deepEqual([ended.status, ended.left], [ScriptExit.refused, []], ended.stderr);
      assert.match(ended.stdout, /No tool on this host can replace a link in one step/);
    });
  }
});
