import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitOf } from '../../src/cli/carry-out.ts';
import { Exit } from '../../src/cli/exit.ts';
import { fold } from '../../src/events/fold.ts';
import { initialState } from '../../src/events/state.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { ending } from '../../src/report/ending.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { wanted } from '../kit/wishes.ts';

const names = ['web1', 'web2', 'web3'];
const other = '20260303100000';

describe('a deployment whose plan was made while another release was in service', () => {
  for (const count of [1, 2, 3])
    for (const changed of names.slice(0, count))
      it(`is refused before it changes anything: ${changed} of ${count}`, async () => {
        const { hosts, plan } = planned(count);
        hosts[changed]!.current = other;
        const before = structuredClone(hosts);
        const { result, events } = await rehearse(plan, hosts);
        assert.ok(result);
        assert.deepEqual([result.outcome, result.cause?.host, result.stuck], ['undone', changed, []]);
        assert.equal(exitOf(result), Exit.refused);
        const told = ending(events.reduce(fold, initialState), false).join('\n');
        assert.match(told, /^✗ The deployment was refused before it changed anything\./);
        assert.match(told, new RegExp(`${changed} is no longer as it was when this was planned\\.`));
        assert.match(told, new RegExp(`${other}[\\s\\S]*Run the command again`));
        for (const [name, host] of Object.entries(hosts))
          assert.deepEqual(whatCounts(host), whatCounts(before[name]!), name);
      });
});

function planned(count: number) {
  const hosts = Object.fromEntries(names.slice(0, count).map((name) => [name, usedHost()]));
  return { hosts, plan: planOn(hosts, (wish) => planDeploy(wish, wanted)) };
}

function whatCounts({ current, directories, records, lock, marks }: ReturnType<typeof usedHost>) {
  return { current, directories, records, lock, marks };
}
