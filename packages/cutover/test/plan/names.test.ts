import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { batchesOf } from '../../src/plan/batches.ts';
import { newReleaseName } from '../../src/plan/names.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { noonMs } from '../kit/wishes.ts';

describe('the name of a new release', () => {
  const factsWith = (...names: readonly string[]) =>
    memoryFacts(hostWith(names.map((name) => [name, 'retired'] as const)), '');

  it('is the moment in UTC', () =>
    assert.equal(newReleaseName(noonMs, [factsWith('20260301000000')]), '20260322120000'));
  it('is one second after a name of the same second', () =>
    assert.equal(newReleaseName(noonMs, [factsWith('20260322120000')]), '20260322120001'));
  it('comes after every name that any host has, though a clock went back', () =>
    assert.equal(newReleaseName(noonMs, [factsWith('20260301000000'), factsWith('20270101235959')]), '20270102000000'));
  it('is not reused when its directory is gone and only the record of its failure is left', () => {
    const host = hostWith([['20260322120000', 'failed']]);
    assert.equal(newReleaseName(noonMs, [memoryFacts(host, '')]), '20260322120001');
  });
  it('cares nothing for names that another tool gave', () =>
    assert.equal(newReleaseName(noonMs, [factsWith('41', 'v2')]), '20260322120000'));
  it('cares nothing for fourteen digits that are no time, however large', () => {
    const odd = ['99999999999999', '99991231235959', '20261301000000', '20260230000000'];
    assert.equal(newReleaseName(noonMs, [factsWith(...odd)]), '20260322120000');
    assert.equal(newReleaseName(noonMs, [factsWith(...odd, '20260322120000')]), '20260322120001');
  });
});

describe('batches', () => {
  const hosts = ['a', 'b', 'c', 'd', 'e'];
  it('are one when all go together', () => assert.deepEqual(batchesOf(hosts, { kind: 'all' }), [hosts]));
  it('are as large as the count', () =>
    assert.deepEqual(batchesOf(hosts, { kind: 'count', count: 2 }), [['a', 'b'], ['c', 'd'], ['e']]));
  it('round a percentage up to whole hosts', () =>
    assert.deepEqual(batchesOf(hosts, { kind: 'percent', percent: 25 }), [['a', 'b'], ['c', 'd'], ['e']]));
  it('are at least one host', () =>
    assert.deepEqual(batchesOf(['a', 'b'], { kind: 'percent', percent: 1 }), [['a'], ['b']]));
  it('are none without hosts', () => assert.deepEqual(batchesOf([], { kind: 'all' }), []));
});
