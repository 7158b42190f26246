import type { Settings } from '../../model/settings.ts';
import type { Wish } from '../../plan/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Planned } from '../../plan/refusal.ts';
import { planRollback } from '../../plan/rollback.ts';
import { renderPlan } from '../../report/plan.ts';
import { withBuilt } from '../build.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { connect, look } from '../hosts.ts';
import { contradictionIn, intentOf, planFor, withRef } from '../intent.ts';
import { leaveOut, wayWithout } from '../leave-out.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { settingsFor } from '../stage.ts';
import { tellRefusals, tellUnseen, tellUsage } from '../telling.ts';
import { wishFor } from '../wish.ts';
import type { DeployOptions } from './deploy.ts';

/** Options of `cutover plan`. */
export interface PlanOptions extends DeployOptions {
  /** Plan a rollback instead: to this release, or true for the one that a rollback would choose. */
  readonly rollback?: string | boolean;
}

/** `cutover plan`: everything that a deployment would do, and how each step would be taken back; nothing is changed. */
export async function plan(options: PlanOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const { rollback } = options;
  const withPlanner = (planner: Planner) => planWith(planner, settings, { options, outside });
  if (rollback) return withPlanner((wish) => planRollback(wish, typeof rollback === 'string' ? rollback : null));
  const contradiction = contradictionIn(options, settings.source);
  if (contradiction !== null) return tellUsage(contradiction, outside);
  const intent = await intentOf(settings, withRef(settings.source, options.ref), outside);
  return withBuilt(intent, { settings, outside }, (made) => withPlanner((wish) => planFor(made, wish)));
}

type Planner = (wish: Wish) => Planned<Plan> | Promise<Planned<Plan>>;

async function planWith(
  planner: Planner,
  settings: Settings,
  { options, outside }: { readonly options: PlanOptions; readonly outside: Outside },
): Promise<ExitCode> {
  const fleet = connect(settings, outside);
  try {
    const { facts, unseen } = await look(fleet, settings, new AbortController().signal);
    const without = leaveOut(settings, unseen);
    if (without === null) return tellUnseen(unseen, outside, wayWithout(settings, unseen, true));
    const planned = await planner({ ...wishFor(without.settings, facts, outside), leftOut: without.leftOut });
    return planned.ok ? show(planned.plan, options, outside) : tellRefusals(planned.refusals, outside);
  } finally {
    await fleet.close();
  }
}

function show(made: Plan, options: PlanOptions, outside: Outside): ExitCode {
  const text = options.json
    ? JSON.stringify(made, null, 2)
    : renderPlan(made, { verbose: options.verbose ?? false, colour: isColoured(options, outside) }).join('\n');
  outside.out(`${text}\n`);
  return Exit.succeeded;
}
