import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { started } from '../../src/engine/telling.ts';
import type { EventBody } from '../../src/events/event.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';
import { plainFace } from '../../src/report/plain.ts';
import { scenarios } from '../kit/plans.ts';

const lost = { kind: 'lost', message: '' } as const;

describe('every step is told in words, whatever happens to it', () => {
  for (const { name, make } of scenarios)
    it(`of ${name}`, () => {
      const { plan } = make();
      for (const [host, step] of stepsOf(plan)) {
        assert.match(step.title, /^\p{Ll}+ .*\p{L}/u, step.id);
        const at = { host, step: step.id };
        for (const story of [
          [{ type: 'step.started', ...at }],
          [{ type: 'step.failed', ...at, failure: { kind: 'exit', code: 1 }, tolerated: false }],
          [{ type: 'closing.failed', ...at, failure: { kind: 'exit', code: 1 } }],
          [{ type: 'undo.failed', ...at, failure: lost }],
          [{ type: 'deployment.ended', outcome: 'undone', serving: {}, stuck: [], cause: { ...at, failure: lost } }],
        ] satisfies readonly (readonly EventBody[])[]) {
          const told = toldOf(plan, story);
          assert.ok(told.includes(step.title), `${step.id}: ${told}`);
        }
      }
    });
});

/** All that a plan has for its hosts, what is done in the place of something else and closing work as well. */
function stepsOf({ phases, closing }: Plan): readonly (readonly [string, Step])[] {
  const all = [...phases.map(({ steps }) => steps), closing].flatMap((steps) => Object.entries(steps));
  return all.flatMap(([host, steps]) =>
    steps.flatMap((step) => [step, ...(step.otherwise ? [step.otherwise] : [])].map((one) => [host, one] as const)),
  );
}

function toldOf(plan: Plan, story: readonly EventBody[]): string {
  let told = '';
  const face = plainFace({
    wrap: (lines) => lines,
    write: (text) => void (told += text),
    colour: false,
    verbose: true,
    env: {},
  });
  [started(plan, 'ann@desk'), ...story].forEach((body, index) =>
    face.event({ seq: index + 1, at: '2026-03-22T12:00:00.000Z', ...body }),
  );
  face.end();
  return told;
}
