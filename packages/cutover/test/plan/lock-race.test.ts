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

describe('of two that ask for the locks of hosts at the same moment, by the script that deployments have', () => {
  for (const hosts of [['web1'], ['web1', 'web2']])
    for (const shells of pairs)
      it(`exactly one gets them, in each of ${rounds} rounds (${hosts.join(' and ')}: ${shells.join(' and ')})`, async (t) => {
        const directory = workspace(t);
        execFileSync('mkfifo', [join(directory, 'there'), join(directory, 'back')]);
        const answers = await Promise.all(shells.map((shell, side) => race({ directory, side, hosts }, shell)));
        const [first = [], second = []] = answers.map((answer) => answer.trim().split('\n'));
        assert.deepEqual([first.length, second.length], [rounds, rounds], answers.join('\n'));
        first.forEach((code, round) => {
          const codes = [Number(code), Number(second[round])].sort((a, b) => a - b);
          assert.deepEqual(codes, [0, ScriptExit.locked], `round ${round}`);
        });
        for (const host of hosts) assert.equal(existsSync(join(directory, host, '.cutover/lock')), false);
      });
});

interface Starter {
  readonly directory: string;
  readonly side: number;
  readonly hosts: readonly string[];
}

/** All rounds of one side; answers the exit code of each. */
async function race(starter: Starter, shell: string): Promise<string> {
  const { directory, side } = starter;
  const busybox = shell === 'busybox' ? makeBusyboxTools(join(directory, `tools-${side}`), []) : null;
  const argv = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const [command, ...leading] = argv;
  const child = spawn(command ?? shell, [...leading, '-c', String(roundsOf(starter, argv))], {
    env: { ...process.env, PATH: busybox ?? process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
  return await text(child.stdout);
}

/** They meet in opening two FIFOs before they begin, before the locks are given back, and before the next round. */
function roundsOf({ directory, side, hosts }: Starter, shell: readonly string[]): Shell {
  const [mine, theirs] = side === 0 ? [sh`: > "$1"`, sh`: < "$2"`] : [sh`: < "$1"`, sh`: > "$2"`];
  const scripts = hosts.map((host, i) => scriptsOn(join(directory, host), { side, isPatient: i > 0 }));
  const giveBack = lines(...scripts.map((each) => sh`( set -eu; eval ${each.giveBack} ) > /dev/null 2>&1`));
  return lines(
    sh`
      rendezvous() { ${mine}; ${theirs}; }
      meet() { rendezvous ${join(directory, 'there')} ${join(directory, 'back')}; }
      round=0
      while [ "$round" -lt ${rounds} ]; do
        meet
        ${takeAll(
          scripts.map(({ take }) => take),
          shell,
        )}
        if [ "$code" != 0 ]; then ${giveBack}; fi
        echo "$code"
        meet
        ${giveBack}
        meet
        round=$((round + 1))
      done`,
  );
}

/** As a deployment does: all at once, and whoever is refused the first leaves off asking for the others, of which nothing runs any more when he gives back what he has. */
function takeAll([first = '', ...others]: readonly string[], shell: readonly string[]): Shell {
  return lines(
    sh`asking=`,
    ...others.map((take) => sh`setsid ${shell} -euc ${take} > /dev/null 2>&1 & asking="$asking $!"`),
    sh`
      code=0
      ( set -eu; eval ${first} ) > /dev/null 2>&1 || code=$?
      for pid in $asking; do
        if [ "$code" != 0 ]; then
          { kill "-$pid" || kill "$pid"; } 2>/dev/null
          wait "$pid"
          while kill "-$pid" 2>/dev/null; do sleep 0.01; done
        elif wait "$pid"; then :
        else code=$?
        fi
      done`,
  );
}

/** What a starter sends to a host. */
function scriptsOn(path: string, { side, isPatient }: { readonly side: number; readonly isPatient: boolean }) {
  const host = aHost('web1', { deployPath: path });
  const facts = memoryFacts(emptyHost(), '2026-03-22T12:00:00Z');
  const wish = aWish(settingsFor([host]), { web1: facts }, { deployment: `starter-${side}` });
  const site = { host, path: host.deployPath, facts, serves: null, takesOver: null };
  const { script: take } = lock(wish, site, { holder: holderFor(wish, 'deploy', 'main'), isPatient });
  return { take, giveBack: unlock(wish.deployment, host.deployPath, 1).script };
}
