import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InService } from '../../src/demo/visitors/in-service.ts';
import {
  type Fault,
  isFinding,
  judgeAsset,
  judgePage,
  judgeSession,
  judgeWrite,
} from '../../src/demo/visitors/judge.ts';

const shop = 'The shop';
const asset = '/assets/app.css';

function page(...releases: readonly number[]): string {
  const parts = releases.map((release) => `<p data-release="${release}">`);
  return `<title>${shop}</title><link href="${asset}">${parts.join('')}`;
}

function ok(body: string) {
  return { status: 200, body };
}

describe('a page', () => {
  const inService = new Set([2, 3]);
  const cases: readonly (readonly [string, { status: number | null; body: string }, Fault | null])[] = [
    ['of one release in service is good', ok(page(3, 3, 3)), null],
    ['of the release before, still in service when it was asked for, is good', ok(page(2, 2, 2)), null],
    ['whose footer is of another release is mixed', ok(page(2, 2, 3)), 'mixed'],
    ['whose middle is of another release is mixed', ok(page(3, 2, 3)), 'mixed'],
    ['of a release that was not in service is told', ok(page(1, 1, 1)), 'outOfService'],
    ['without its footer has failed', ok(page(3, 3)), 'failed'],
    ['that is empty has failed', ok(''), 'failed'],
    ['without its style sheet has failed', ok(page(3, 3, 3).replace(/<link[^>]*>/, '')), 'failed'],
    ['made without the shared file has failed', ok(page(3, 3, 3).replace(shop, '')), 'failed'],
    ['that is not found has failed', { status: 404, body: page(3, 3, 3) }, 'failed'],
    ['on a broken connection has failed', { status: null, body: 'ECONNRESET' }, 'failed'],
  ];
  for (const [name, answer, fault] of cases) {
    it(name, () => {
      const judged = judgePage(answer, { shop, inService });
      assert.equal(isFinding(judged) ? judged.fault : null, fault);
    });
  }
});

describe('a style sheet', () => {
  // What `git hash-object` says of an empty file.
  const empty = { release: 3, asset: '/assets/app.e69de29bb2d1d6434b8b29ae775ad8c2e48c5391.css' };
  const cases: readonly (readonly [string, { status: number | null; body: string }, Fault])[] = [
    ['that is not found is missing', { status: 404, body: '' }, 'missingAssets'],
    ['with the content of another one is mixed', ok('body {}'), 'mixed'],
    ['that cannot be read has failed', { status: 500, body: '' }, 'failed'],
  ];
  for (const [name, answer, fault] of cases) {
    it(name, () => assert.equal(judgeAsset(answer, empty)?.fault, fault));
  }

  it('with the content that its name stands for is good', () => {
    assert.equal(judgeAsset(ok(''), empty), null);
  });
});

describe('a session', () => {
  const cases: readonly (readonly [string, { status: number | null; body: string }, Fault | null])[] = [
    ['that holds what was written is good', ok('visit 3'), null],
    ['that holds something older is lost', ok('visit 2'), 'lostSessions'],
    ['that is not found is lost', { status: 404, body: '' }, 'lostSessions'],
    ['that cannot be read has failed', { status: 500, body: '' }, 'failed'],
  ];
  for (const [name, answer, fault] of cases) {
    it(name, () => assert.equal(judgeSession(answer, 'visit 3')?.fault ?? null, fault));
  }

  it('that cannot be written has failed', () => {
    assert.equal(judgeWrite({ status: 500, body: '' })?.fault, 'failed');
    assert.equal(judgeWrite(ok('Kept.')), null);
  });
});

describe('the releases that may answer', () => {
  it('are those in service at any time between request and answer', () => {
    const inService = new InService();
    inService.expect([1]);
    const request = inService.begin();
    inService.expect([1, 2]);
    inService.expect([2]);
    assert.deepEqual([...request], [1, 2]);
    assert.deepEqual([...inService.begin()], [2]);
  });

  it('do not change once the answer is there', () => {
    const inService = new InService();
    inService.expect([1]);
    const request = inService.begin();
    inService.end(request);
    inService.expect([2]);
    assert.deepEqual([...request], [1]);
  });
});
