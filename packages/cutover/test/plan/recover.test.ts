import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { planRecover } from '../../src/plan/recover.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { aRecord, usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { wanted } from '../kit/wishes.ts';

const served = '20260304100000';
const fresh = '20260305100000';

describe('the recovery of hosts', () => {
  it('records an activation that nobody confirmed as live where all hosts serve it', async () => {
    const hosts = { web1: unconfirmed(), web2: unconfirmed() };
    await recovered(hosts);
    for (const host of Object.values(hosts)) {
      assert.equal(host.current, fresh);
      assert.deepEqual([stateIn(host, fresh), stateIn(host, served)], ['live', 'retired']);
    }
  });

  it('takes it back where that makes the hosts the same again', async () => {
    const hosts = { web1: unconfirmed(), web2: usedHost() };
    await recovered(hosts);
    for (const host of Object.values(hosts)) assert.equal(host.current, served);
    assert.equal(stateIn(hosts.web1, fresh), 'failed');
  });

  it('guesses at nothing where the hosts serve different releases that were confirmed, and says what can be done', async () => {
    const other = usedHost();
    other.current = '20260302100000';
    const hosts = { web1: usedHost(), web2: other };
    const plan = await recovered(hosts);
    assert.deepEqual([hosts.web1.current, other.current], [served, '20260302100000']);
    assert.match(plan.notes.join(), /serve different releases \(web1: \d+, web2: \d+\).*cutover rollback/);
  });

  it('removes releases that were never finished, and the next deployment succeeds', async () => {
    const host = usedHost();
    host.records.set(fresh, aRecord(fresh, 'building'));
    host.directories.set(fresh, 'partial');
    await recovered({ web1: host });
    assert.equal(host.directories.has(fresh), false);
    const next = planOn({ web1: host }, (wish) => planDeploy(wish, wanted), 'test-2');
    assert.equal((await rehearse(next, { web1: host })).result?.outcome, 'succeeded');
  });
});

async function recovered(hosts: Readonly<Record<string, MemoryHost>>) {
  const plan = planOn(hosts, planRecover);
  const { result } = await rehearse(plan, hosts);
  assert.equal(result?.outcome, 'succeeded');
  for (const host of Object.values(hosts)) assert.equal(host.lock, null);
  return plan;
}

/** Its driver died after the activation, and it was restarted since. */
function unconfirmed(): MemoryHost {
  const host = usedHost();
  host.records.set(fresh, aRecord(fresh, 'ready'));
  host.directories.set(fresh, 'complete');
  host.current = fresh;
  const order = { withinMs: 300_000, onLost: 'revert', failed: null } as const;
  const guard = { release: fresh, previous: served, order, dueMs: Number.POSITIVE_INFINITY, verdict: 'open' } as const;
  host.guards.set('dead', { ...guard });
  return host;
}

function stateIn(host: MemoryHost, release: string): string | undefined {
  const record = host.records.get(release);
  return record && stateOf(record);
}
