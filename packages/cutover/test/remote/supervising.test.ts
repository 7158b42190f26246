import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { beginning, supervisor } from '../../src/remote/supervising.ts';
import { isRunning } from '../kit/processes.ts';
import { placeOf } from '../kit/shells.ts';
import { until } from '../kit/until.ts';
import { workspace } from '../source/kit.ts';

/** What a supervisor does right before it starts the shell of the steps. */
const lastMoment = 'test ! -e "$journal/status" || exit';

describe('A supervisor', () => {
  for (const shell of [['dash'], ['bash'], ['busybox', 'sh']])
    it(`that is stopped before the shell of its steps can hear it stops that all the same (${shell.join(' ')})`, async (t) => {
      const text = String(supervisor).replace(lastMoment, () => `${lastMoment}\nkill -TERM "$$"`);
      assert.notEqual(text, String(supervisor));
      const { journal, file } = aJournal(t);
      const deaf = `#!/bin/sh\ntrap : TERM\nsleep 1\ntrap - TERM\nexec ${placeOf('setsid')} "$@"\n`;
      writeFileSync(file('deaf'), deaf, { mode: 0o755 });
      const words = [...shell, '-c', text, 'cutover', '50', file('deaf'), '1000'];
      const env = { ...process.env, CUTOVER_JOURNAL: journal, CUTOVER_PAYLOAD: '' };
      const child = spawn('env', words, { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(`${String(beginning)}\nbegins ${child.pid}\nsleep 1000\n`);
      try {
        await until('it is over', () => existsSync(file('status')));
        assert.equal(readFileSync(file('status'), 'utf8'), 'stopped\n');
      } finally {
        endGroup(Number.parseInt(readFileSync(file('group'), 'utf8'), 10));
      }
    });
});

/** What a supervisor that did not stop it has left. */
function endGroup(group: number): void {
  if (isRunning(group)) process.kill(-group, 'SIGKILL');
}

function aJournal(t: TestContext) {
  const journal = join(workspace(t), '.cutover/runs/test/1');
  const file = (name: string) => join(journal, name);
  mkdirSync(journal, { recursive: true });
  execFileSync('mkfifo', [file('wake')]);
  for (const name of ['output', 'driver', 'group', 'reserve']) writeFileSync(file(name), '');
  return { journal, file };
}
