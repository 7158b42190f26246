import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { intrusionIn } from '../../src/model/intrusion.ts';
import type { ReleaseState } from '../../src/model/release.ts';
import { stateOf } from '../../src/model/release.ts';
import { adoptionOf } from '../../src/plan/adoption.ts';
import { goodTargets } from '../../src/plan/keep.ts';
import { renameRecords } from '../../src/plan/steps/adopt.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { aRecord, hostWith } from '../kit/memory-hosts.ts';
import { placeFor, shells } from '../kit/place.ts';
import { aHost } from '../kit/wishes.ts';

const theirs = ['41', '42'];

describe('releases of another tool', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, ReleaseState])[], readonly string[]])[] = [
    ['are taken over where Cutover deployed nothing', [], theirs],
    ['are taken over after a first deployment of ours that failed', [['20260301100000', 'failed']], theirs],
    ['are taken over after a first deployment of ours that died', [['20260301100000', 'building']], theirs],
    [
      'are left alone where a release of ours served, but for what is in service',
      [['20260301100000', 'retired']],
      ['42'],
    ],
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

  it('went live after all that is recorded, where one was put in service behind the back of Cutover', () => {
    const { site, records } = adoptionOf(siteWith([['20260301100000', 'live']]), 'shop');
    assert.deepEqual(records[0]?.states, [{ state: 'live', at: '2026-03-01T10:00:01Z' }]);
    assert.equal(goodTargets({ ...site.facts, current: { kind: 'nothing' } })[0]?.name, '42');
  });

  it('are of an unknown hand where nothing names another tool and Cutover deployed before: a record of ours may be lost', () => {
    const site = siteWith([['20260301100000', 'live']]);
    const unnamed = { ...site, facts: { ...site.facts, foreign: { kind: 'none' as const } } };
    assert.equal(adoptionOf(unnamed, 'shop').records[0]?.adoptedFrom, 'an unknown hand');
    assert.deepEqual(intrusionIn(unnamed.facts), { release: '42', by: 'an unknown hand' });
    const damaged = { ...unnamed.facts, damagedRecords: ['42.json'] };
    assert.equal(intrusionIn(damaged), null);
    assert.equal(intrusionIn(siteWith([]).facts), null);
  });

  it('hold the revision that their tool wrote down, and an unknown one where it did not', () => {
    const { records } = adoptionOf(siteWith([]), 'shop');
    assert.deepEqual(
      records.map(({ revision }) => revision.id),
      ['unknown', 'f0'.repeat(20)],
    );
  });
});

describe('releases of another project', () => {
  for (const shell of shells)
    it(`that were removed since the look get no record again (${shell.join(' ')})`, (t) => {
      const place = placeFor(t, hostWith([]));
      const [here, gone] = ['20260301100000', '20260302100000'].map((name) => aRecord(name, 'retired'));
      assert.ok(here && gone);
      place.write({ [`.cutover/releases/${here.name}.json`]: `${JSON.stringify(here)}\n` });
      const script = renameRecords(place.job.wish, place.site, [here, gone])?.script ?? '';
      const { status, said } = place.run(script, { shell });
      assert.equal(status, 0, said);
      assert.deepEqual(readdirSync(join(place.path, '.cutover/releases')), [`${here.name}.json`]);
      const record = readFileSync(join(place.path, `.cutover/releases/${here.name}.json`), 'utf8');
      assert.deepEqual(JSON.parse(record), { ...here, project: 'shop' });
    });
});

function siteWith(ours: readonly (readonly [string, ReleaseState])[]) {
  const memory = hostWith(ours);
  for (const name of theirs) memory.directories.set(name, 'complete');
  memory.current = '42';
  const facts = {
    ...memoryFacts(memory, ''),
    foreign: { kind: 'capistrano' as const, served: theirs, revisions: { 42: 'f0'.repeat(20) } },
  };
  return { host: aHost('web1'), path: '/srv/shop', facts, takesOver: null, serves: '42' };
}
