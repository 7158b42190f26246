import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { ScriptExit } from '../../src/model/failure.ts';
import { holderFor } from '../../src/plan/job.ts';
import { lock, unlock } from '../../src/plan/steps/lock.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { lines, type Shell, sh } from '../../src/shell/text.ts';
import { makeBusyboxTools } from '../kit/tools.ts';
import { aHost, aWish, settingsFor } from '../kit/wishes.ts';
import { workspace } from '../source/kit.ts';

const rounds = 100;

/** Two starters, each with the shell and the tools of a kind of host. */
const pairs = [
  ['dash', 'dash'],
  ['bash', 'busybox'],
  ['busybox', 'busybox'],
] as const;

describe('of two that ask for the lock at the same moment, by the script that deployments have', () => {
  for (const shells of pairs)
    it(`exactly one gets it, in each of ${rounds} rounds (${shells.join(' and ')})`, async (t) => {
      const directory = workspace(t);
      execFileSync('mkfifo', [join(directory, 'there'), join(directory, 'back')]);
      const answers = await Promise.all(shells.map((shell, side) => race(directory, shell, side)));
      const [first = [], second = []] = answers.map((answer) => answer.trim().split('\n'));
      assert.deepEqual([first.length, second.length], [rounds, rounds], answers.join('\n'));
      first.forEach((code, round) => {
        const codes = [Number(code), Number(second[round])].sort((a, b) => a - b);
        assert.deepEqual(codes, [0, ScriptExit.locked], `round ${round}`);
      });
      assert.equal(existsSync(join(directory, 'path/.cutover/lock')), false);
    });
});

/** All rounds of one side; answers the exit code of each. */
async function race(directory: string, shell: string, side: number): Promise<string> {
  const busybox = shell === 'busybox' ? makeBusyboxTools(join(directory, `tools-${side}`), []) : null;
  const [command, ...leading] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const child = spawn(command ?? shell, [...leading, '-c', String(roundsOf(directory, side))], {
    env: { ...process.env, PATH: busybox ?? process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
  return await text(child.stdout);
}

/** They meet in opening two FIFOs before they begin, before the lock is given back, and before the next round. */
function roundsOf(directory: string, side: number): Shell {
  const host = aHost('web1', { deployPath: join(directory, `path`) });
  const facts = memoryFacts(emptyHost(), '2026-03-22T12:00:00Z');
  const wish = aWish(settingsFor([host]), { web1: facts }, { deployment: `starter-${side}` });
  const site = { host, path: host.deployPath, facts, serves: null, takesOver: null };
  const { script: take } = lock(wish, site, holderFor(wish, 'deploy', 'main'));
  const { script: giveBack } = unlock(wish.deployment, host.deployPath, 1);
  const [mine, theirs] = side === 0 ? [sh`: > "$1"`, sh`: < "$2"`] : [sh`: < "$1"`, sh`: > "$2"`];
  return lines(
    sh`
      rendezvous() { ${mine}; ${theirs}; }
      meet() { rendezvous ${join(directory, 'there')} ${join(directory, 'back')}; }
      round=0
      while [ "$round" -lt ${rounds} ]; do
        meet
        ( set -eu; eval ${take}; ) > /dev/null 2>&1
        echo "$?"
        meet
        ( set -eu; eval ${giveBack}; ) > /dev/null 2>&1
        meet
        round=$((round + 1))
      done`,
  );
}
