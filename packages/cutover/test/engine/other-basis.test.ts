import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitOf } from '../../src/cli/carry-out.ts';
import { Exit } from '../../src/cli/exit.ts';
import { fold } from '../../src/events/fold.ts';
import { initialState } from '../../src/events/state.ts';
import { stateOf } from '../../src/model/release.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
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
      it(`is refused, and nothing of it stays: ${changed} of ${count}`, async () => {
        const { hosts, plan } = planned(count);
        hosts[changed]!.current = other;
        const before = structuredClone(hosts);
        const { result, events } = await rehearse(plan, hosts);
        assert.ok(result);
        assert.deepEqual([result.outcome, result.cause?.host, result.stuck], ['undone', changed, []]);
        assert.equal(exitOf(result), Exit.refused);
        const told = ending(events.reduce(fold, initialState), false).join('\n');
        const what = count === 1 ? 'changed anything' : 'put anything in service';
        assert.match(told, new RegExp(`^✗ The deployment was refused before it ${what}\\.`));
        assert.match(told, new RegExp(`${changed} is no longer as it was when this was planned\\.`));
        assert.match(told, new RegExp(`${other}[\\s\\S]*Run the command again`));
        for (const [name, host] of Object.entries(hosts))
          assert.deepEqual(left(host, plan), left(before[name]!, plan), name);
      });
});

function planned(count: number) {
  const hosts = Object.fromEntries(names.slice(0, count).map((name) => [name, usedHost()]));
  return { hosts, plan: planOn(hosts, (wish) => planDeploy(wish, wanted)) };
}

/** What it would have changed; releases that are removed first, by any deployment, and that it failed do not count. */
function left({ current, directories, records, lock, marks }: MemoryHost, { release, phases }: Plan) {
  const pruned = phases
    .flatMap(({ steps }) => Object.values(steps).flat())
    .flatMap(({ effect }) => (effect.kind === 'prune' ? effect.releases : []));
  const kept = [...directories].filter(([name]) => !pruned.includes(name));
  const states = [...records].map(([name, record]) => [name, stateOf(record)]);
  const others = states.filter(
    ([name = '', state]) => !pruned.includes(name) && !(name === release && state === 'failed'),
  );
  return { current, directories: kept, records: others, lock, marks };
}
