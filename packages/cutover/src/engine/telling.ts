import { boundOutput } from '../events/bound.ts';
import type { EventBody, StepName } from '../events/event.ts';
import { type Mask, maskSecrets } from '../events/mask.ts';
import type { ByHost, HostName } from '../model/host.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { World } from './world.ts';

/** Numbers events, gives them their time, and sees to it that no secret is in one. */
export interface Telling {
  tell(body: EventBody): void;
  /** Output of one step: what may be the beginning of a secret waits for its continuation. */
  output(type: 'step.output' | 'undo.output', host: HostName, step: string): { push(text: string): void; end(): void };
}

/** The events of one deployment, numbered from 1. */
export function telling(world: World): Telling {
  let seq = 0;
  const values = Object.values(world.secrets);
  const tell = (body: EventBody): void => {
    seq += 1;
    world.record({ seq, at: new Date(world.clock.now()).toISOString(), ...body });
  };
  return {
    tell,
    output(type, host, step) {
      const mask: Mask = maskSecrets(values);
      const bound = boundOutput();
      const say = (text: string): void => {
        if (text !== '') tell({ type, host, step, text });
      };
      return { push: (text) => say(bound.push(mask.push(text))), end: () => say(bound.push(mask.end()) + bound.end()) };
    },
  };
}

/** The first event of a deployment: what will be done, as far as the faces need it. */
export function started(plan: Plan, by: string): EventBody {
  return {
    type: 'deployment.started',
    format: 1,
    deployment: plan.deployment,
    kind: plan.kind,
    project: plan.project,
    stage: plan.stage,
    ...(plan.config === undefined ? {} : { config: plan.config }),
    by,
    release: plan.release,
    revision: plan.revision,
    basis: plan.basis,
    served: plan.served,
    outline: {
      phases: plan.phases.map((phase) => ({
        name: phase.name,
        onFailure: phase.onFailure,
        steps: named(phase.steps, (steps) => steps),
      })),
      beside: named(plan.closing, (closing, host) => [...insteadOf(plan, host), ...closing]),
    },
  };
}

function named(
  steps: ByHost<readonly Step[]>,
  of: (steps: readonly Step[], host: HostName) => readonly Step[],
): ByHost<readonly StepName[]> {
  return Object.fromEntries(
    Object.entries(steps).map(([host, own]) => [host, of(own, host).map(({ id, title }) => ({ id, title }))]),
  );
}

/** What may be done in the place of a step. */
function insteadOf({ phases }: Plan, host: HostName): readonly Step[] {
  return phases.flatMap(({ steps }) => (steps[host] ?? []).flatMap(({ otherwise }) => otherwise ?? []));
}
