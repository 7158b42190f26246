import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure } from '../../src/model/failure.ts';
import type { Hook } from '../../src/model/settings.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { SegmentStep } from '../../src/remote/session.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { planOn } from '../kit/plans.ts';
import { carriedOutBy } from '../kit/scripted.ts';
import { aHook, wanted } from '../kit/wishes.ts';

const finish = (more: Partial<Hook> = {}): Hook => aHook({ when: 'after', phase: 'finish', hosts: ['web1'], ...more });

const lost: Failure = { kind: 'lost', message: 'The connection dropped.' };
const breaks: readonly (readonly [string, (stop: () => void) => Failure])[] = [
  ['the connection is lost', () => lost],
  ['somebody stops it', (stop) => (stop(), { kind: 'cancelled' })],
];

for (const [what, failure] of breaks)
  describe(`when ${what} between two steps`, () => {
    for (const step of ['hook-1', 'hook-2'])
      it(`of which the first was the confirmation, or came later (before ${step}), nothing is taken back`, async () => {
        const plan = planWith([finish(), finish({ name: 'purge', undo: 'true' })]);
        const { result, events } = await carriedOutBy(plan, onceBefore(step, failure));
        assert.deepEqual([result.outcome, result.cause, result.stuck], ['succeeded', null, []]);
        assert.deepEqual(undone(events), []);
      });

    it('before the confirmation, everything that was begun is taken back', async () => {
      const { result, events } = await carriedOutBy(planWith([finish()]), onceBefore('confirm', failure));
      assert.notEqual(result.outcome, 'succeeded');
      assert.ok(undone(events).includes('activate'));
    });
  });

describe('the undo of a hook', () => {
  it('gets the secrets that the hook names, and no others', async () => {
    const before = { when: 'before', phase: 'activate', hosts: ['web1'] } as const;
    const hooks = [aHook({ ...before, undo: 'true', secrets: ['TOKEN'] }), aHook({ ...before, name: 'fails' })];
    let failures = 0;
    const failsOnce = (step: SegmentStep) => (step.id === 'hook-2' && failures++ === 0 ? 1 : 0);
    const secrets = { TOKEN: 's3cret', OTHER: 'not its own' };
    const { segments, events } = await carriedOutBy(planWith(hooks), failsOnce, secrets);
    assert.ok(undone(events).includes('hook-1'));
    const undo = segments.findLast((segment) => segment.steps.some((step) => step.id === 'hook-1'));
    assert.deepEqual(undo?.secrets, { TOKEN: 's3cret' });
    assert.deepEqual(undo?.steps.find((step) => step.id === 'hook-1')?.secrets, ['TOKEN']);
  });
});

function planWith(hooks: readonly Hook[]): Plan {
  return planOn({ web1: usedHost() }, (wish) => planDeploy({ ...wish, settings: { ...wish.settings, hooks } }, wanted));
}

/** All goes well, but for what happens the first time that this step would begin. */
function onceBefore(id: string, failure: (stop: () => void) => Failure) {
  let isOver = false;
  return (step: SegmentStep, stop: () => void) => {
    if (isOver || step.id !== id) return 0;
    isOver = true;
    return failure(stop);
  };
}

function undone(events: Awaited<ReturnType<typeof carriedOutBy>>['events']): readonly string[] {
  return events.flatMap((event) => (event.type === 'undo.started' ? [event.step] : []));
}
