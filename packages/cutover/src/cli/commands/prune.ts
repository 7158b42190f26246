import type { Plan } from '../../plan/plan.ts';
import { planPrune } from '../../plan/upkeep.ts';
import { agreed } from '../ask.ts';
import { type DeploymentOptions, deployment } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellSentences } from '../telling.ts';

/** `cutover prune`: old releases are removed, never the one in service nor the one before it. */
export async function prune(options: DeploymentOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return deployment(
    settings,
    { plan: planPrune, agree: (plan) => agree(plan, { options, outside }) },
    { options, outside },
  );
}

async function agree(plan: Plan, parts: { options: DeploymentOptions; outside: Outside }): Promise<boolean> {
  const removed = Object.values(plan.phases.find((phase) => phase.name === 'prune')?.steps ?? {})
    .flat()
    .flatMap((step) => (step.effect.kind === 'prune' ? step.effect.releases : []));
  const names = [...new Set(removed)];
  await tellSentences(plan.notes, parts.outside);
  if (names.length === 0) return true;
  return agreed(`Remove ${names.join(', ')}?`, parts);
}
