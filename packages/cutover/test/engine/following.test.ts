import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LaterSegment, Segment } from '../../src/remote/session.ts';
import { scenarios } from '../kit/plans.ts';
import { carriedOutBy } from '../kit/scripted.ts';

describe('what a host is told to be sent later is what it is sent', () => {
  for (const { name, make } of scenarios)
    it(`in ${name}`, async () => {
      const { plan } = make();
      const { result, segments } = await carriedOutBy(plan, () => 0);
      assert.equal(result.cause, null);
      for (const host of Object.keys(plan.closing)) {
        const sent = segments.filter(({ id, journal }) => id.endsWith(`.${host}`) && journal !== null);
        for (const [at, { following = () => [] }] of sent.slice(0, -1).entries())
          assert.deepEqual(following(), sent.slice(at + 1).flatMap(foretold), `${host}, segment ${at + 1}`);
      }
    });
});

/** Data goes along with no segment that is laid ready. */
function foretold({ steps, secrets, payload }: Segment): readonly LaterSegment[] {
  return payload === null ? [{ steps, secrets }] : [];
}
