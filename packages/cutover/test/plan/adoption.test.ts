import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReleaseState } from '../../src/model/release.ts';
import { stateOf } from '../../src/model/release.ts';
import { adoptionOf } from '../../src/plan/adoption.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { aHost } from '../kit/wishes.ts';

const theirs = ['41', '42'];

describe('releases of another tool', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, ReleaseState])[], readonly string[]])[] = [
    ['are taken over where Cutover deployed nothing', [], theirs],
    ['are taken over after a first deployment of ours that failed', [['20260301100000', 'failed']], theirs],
    ['are taken over after a first deployment of ours that died', [['20260301100000', 'building']], theirs],
    ['are left alone where a release of ours served', [['20260301100000', 'retired']], []],
    ['are taken over but for those that have a record', [['41', 'failed']], ['42']],
  ];
  for (const [name, ours, taken] of cases)
    it(name, () => {
      const { records } = adoptionOf(siteWith(ours), 'shop');
      assert.deepEqual(
        records.map((record) => record.name),
        taken,
      );
      for (const record of records) assert.equal(stateOf(record), record.name === '42' ? 'live' : 'retired');
    });
});

function siteWith(ours: readonly (readonly [string, ReleaseState])[]) {
  const memory = hostWith(ours);
  for (const name of theirs) memory.directories.set(name, 'complete');
  memory.current = '42';
  const facts = { ...memoryFacts(memory, ''), foreign: { kind: 'capistrano' as const, served: theirs } };
  return { host: aHost('web1'), path: '/srv/shop', facts, takesOver: null, serves: '42' };
}
