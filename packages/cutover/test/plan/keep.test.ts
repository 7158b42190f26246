import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReleaseName, ReleaseState } from '../../src/model/release.ts';
import { goodTargets, prunable, rollbackTargets } from '../../src/plan/keep.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { aRecord, hostWith } from '../kit/memory-hosts.ts';

type Releases = readonly (readonly [ReleaseName, ReleaseState])[];

const day = (number: number): ReleaseName => `202603${String(number).padStart(2, '0')}100000`;

describe('the release to go back to', () => {
  const cases: readonly (readonly [string, Releases, readonly number[]])[] = [
    [
      'never is a failed build between two good ones',
      [
        [day(1), 'retired'],
        [day(2), 'failed'],
        [day(3), 'live'],
      ],
      [1],
    ],
    [
      'never is one that is still being built',
      [
        [day(1), 'retired'],
        [day(2), 'building'],
        [day(3), 'live'],
      ],
      [1],
    ],
    [
      'never is one that was built and never served',
      [
        [day(1), 'retired'],
        [day(2), 'ready'],
        [day(3), 'live'],
      ],
      [1],
    ],
    [
      'is not one that was rolled back from',
      [
        [day(1), 'retired'],
        [day(2), 'live'],
        [day(3), 'bad'],
      ],
      [1],
    ],
    ['is none where only one release ever served', [[day(1), 'live']], []],
    ['is none on an empty host', [], []],
    [
      'comes newest first',
      [
        [day(1), 'retired'],
        [day(2), 'retired'],
        [day(3), 'live'],
      ],
      [2, 1],
    ],
  ];
  for (const [name, releases, expected] of cases) {
    it(name, () =>
      assert.deepEqual(
        goodTargets(factsOf(releases)).map((record) => record.name),
        expected.map(day),
      ),
    );
  }

  it('may be one that was rolled back from, when it is named', () => {
    const facts = factsOf([
      [day(1), 'retired'],
      [day(2), 'live'],
      [day(3), 'bad'],
    ]);
    assert.deepEqual(
      rollbackTargets(facts).map((record) => record.name),
      [day(3), day(1)],
    );
  });

  it('is the one with the greatest number, where another tool numbered them and does not tell when they served', () => {
    const host = hostWith([]);
    for (const name of ['8', '9', '10', '11']) {
      const states = [{ state: 'retired', at: '2026-03-22T12:00:00Z' } as const];
      host.records.set(name, { ...aRecord(name, 'retired'), adoptedFrom: 'deployer', states });
      host.directories.set(name, 'complete');
    }
    host.current = '11';
    const facts = memoryFacts(host, '');
    assert.deepEqual(
      goodTargets(facts).map((record) => record.name),
      ['10', '9', '8'],
    );
    assert.deepEqual(prunable(facts, 2), ['8', '9']);
  });

  it('is one whose directory is still there', () => {
    const host = hostWith([
      [day(1), 'retired'],
      [day(2), 'retired'],
      [day(3), 'live'],
    ]);
    host.directories.delete(day(2));
    assert.deepEqual(
      goodTargets(memoryFacts(host, '')).map((record) => record.name),
      [day(1)],
    );
  });
});

describe('what is removed', () => {
  const cases: readonly (readonly [string, Releases, number, readonly number[]])[] = [
    [
      'failed builds never count as kept ones',
      [
        [day(1), 'retired'],
        [day(2), 'failed'],
        [day(3), 'failed'],
        [day(4), 'failed'],
        [day(5), 'live'],
      ],
      3,
      [2, 3, 4],
    ],
    [
      'the oldest beyond what is kept',
      [
        [day(1), 'retired'],
        [day(2), 'retired'],
        [day(3), 'retired'],
        [day(4), 'live'],
      ],
      2,
      [1, 2],
    ],
    [
      'never the one in service, though it is the oldest',
      [
        [day(1), 'live'],
        [day(2), 'bad'],
        [day(3), 'bad'],
      ],
      1,
      [2, 3],
    ],
    [
      'never the only one to go back to, though keep is 1',
      [
        [day(1), 'retired'],
        [day(2), 'live'],
      ],
      1,
      [],
    ],
    [
      'nothing of a host with fewer than are kept',
      [
        [day(1), 'retired'],
        [day(2), 'live'],
      ],
      5,
      [],
    ],
    [
      'what a dead deployment left half built',
      [
        [day(1), 'retired'],
        [day(2), 'building'],
        [day(3), 'live'],
      ],
      5,
      [2],
    ],
  ];
  for (const [name, releases, keep, expected] of cases) {
    it(name, () => assert.deepEqual(prunable(factsOf(releases), keep), expected.map(day)));
  }

  it('never a directory that Cutover did not make', () => {
    const host = hostWith([[day(1), 'live']]);
    host.directories.set('backup', 'complete');
    assert.deepEqual(prunable(memoryFacts(host, ''), 1), []);
  });
});

function factsOf(releases: Releases) {
  return memoryFacts(hostWith(releases), '2026-03-22T12:00:00Z');
}
