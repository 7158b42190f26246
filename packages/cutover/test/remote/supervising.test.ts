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
  for (const shell of [['dash'], ['bash'], ['busybox', 'sh']]) {
    it(`that is stopped before the shell of its steps can hear it stops that all the same (${shell.join(' ')})`, async (t) => {
      const text = instead(lastMoment, `${lastMoment}\nkill -TERM "$$"`);
      const launcher = `#!/bin/sh\ntrap : TERM\nsleep 1\ntrap - TERM\nexec ${placeOf('setsid')} "$@"\n`;
      const file = supervised(t, shell, { text, steps: 'sleep 1000', launcher });
      try {
        await until('it is over', () => existsSync(file('status')));
        assert.equal(readFileSync(file('status'), 'utf8'), 'stopped\n');
      } finally {
        endGroup(Number.parseInt(readFileSync(file('group'), 'utf8'), 10));
      }
    });

    it(`whose steps are over before its watcher can hear a signal ends all the same (${shell.join(' ')})`, async (t) => {
      const text = instead('watch & ', `{ trap '' TERM; watch; } & `);
      const launcher = `#!/bin/sh\nexec ${placeOf('setsid')} "$@"\n`;
      const file = supervised(t, shell, { text, steps: 'exit 7', launcher });
      await until('it is over', () => existsSync(file('status')));
      assert.equal(readFileSync(file('status'), 'utf8'), '7\n');
    });
  }
});

/** The supervisor with something else in the place of a text of its own. */
function instead(of: string, text: string): string {
  const changed = String(supervisor).replace(of, () => text);
  assert.notEqual(changed, String(supervisor));
  return changed;
}

/** Runs a supervisor of steps that this shell text is. */
function supervised(t: TestContext, shell: readonly string[], { text, steps, launcher }: Supervised) {
  const { journal, file } = aJournal(t);
  writeFileSync(file('launcher'), launcher, { mode: 0o755 });
  const words = [...shell, '-c', text, 'cutover', '50', file('launcher'), '1000'];
  const env = { ...process.env, CUTOVER_JOURNAL: journal, CUTOVER_PAYLOAD: '' };
  const child = spawn('env', words, { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(`${String(beginning)}\nbegins ${child.pid}\n${steps}\n`);
  t.after(() => endGroup(child.pid ?? 0));
  return file;
}

interface Supervised {
  readonly text: string;
  readonly steps: string;
  readonly launcher: string;
}

/** Where a supervisor did not stop it. */
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
