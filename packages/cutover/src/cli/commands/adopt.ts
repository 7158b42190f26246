import type { Plan } from '../../plan/plan.ts';
import { planAdopt } from '../../plan/upkeep.ts';
import { agreed } from '../ask.ts';
import { type DeploymentOptions, deployment } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellSentences } from '../telling.ts';

/** `cutover adopt`: releases of another tool, or of another project, are taken over, without touching what serves. */
export async function adopt(options: DeploymentOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return deployment(
    settings,
    { plan: planAdopt, agree: (plan) => agree(plan, { options, outside }) },
    { options, outside },
  );
}

async function agree(plan: Plan, parts: { options: DeploymentOptions; outside: Outside }): Promise<boolean> {
  await tellSentences(plan.notes, parts.outside);
  const steps = Object.entries(plan.phases.find((phase) => phase.name === 'adopt')?.steps ?? {});
  const told = steps.map(([host, own]) => `${host}: ${own.map((step) => step.title).join(', ')}`);
  return agreed(`Take this over for ${plan.project}? ${told.join('; ')}. Only records are written.`, parts);
}
