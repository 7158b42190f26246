import { isBuiltOnce, type Source } from '../../model/source.ts';
import type { Wish } from '../../plan/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Planned } from '../../plan/refusal.ts';
import { isSourceProblem } from '../../source/problem.ts';
import { breathe } from '../ahead/breathe.ts';
import { withBuilt } from '../build.ts';
import type { DeploymentOptions } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { contradictionIn, type Intent, intentOf, planFor, refusalIn, withRef } from '../intent.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellUsage } from '../telling.ts';
import { planSame } from './deploy-same.ts';
import { isSkipped, tellSkipped } from './deploy-skipped.ts';

/** Options of `cutover deploy`. */
export interface DeployOptions extends DeploymentOptions {
  /** Branch, tag or SHA instead of the config's. */
  readonly ref?: string;
  /** The revision that is in service, once more. */
  readonly same?: boolean;
}

/** `cutover deploy`: a new release on all hosts, put in service together. */
export async function deploy(options: DeployOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const contradiction = contradictionIn(options, settings.source);
  if (contradiction !== null) return tellUsage(contradiction, outside);
  const source = withRef(settings.source, options.ref);
  await breathe();
  const { deployment } = await import('../deployment.ts');
  // Begun when the connections are under way: to reach a host takes longer than to look a ref up.
  let intent: ReturnType<typeof intentOf> | null = null;
  const begun = () => (intent ??= intentOf(settings, source, outside));
  // Where some commits are skipped, that is known before any host is contacted.
  if (settings.skip !== null && !options.same && isSkipped(await begun(), settings.skip))
    return tellSkipped(await begun(), options, outside);
  const load = () => import('../../plan/deploy.ts');
  if (options.same)
    return deployment(
      settings,
      { mayLeaveOut: true, load, plan: (wish) => planSame(wish, outside) },
      { options, outside },
    );
  const bring = (wanted: Source, intent: () => ReturnType<typeof intentOf>) =>
    deployment(
      { ...settings, source: wanted },
      {
        mayLeaveOut: true,
        load,
        forbidden: async () => refusalIn(await intent()),
        plan: async (wish: Wish) => planAhead(await intent(), wish, outside),
      },
      { options, outside },
    );
  if (!isBuiltOnce(source)) return bring(source, begun);
  return withBuilt(await begun(), { settings, outside }, (made) => bring(made.source, async () => made));
}

/** Plans it, and tells what the next one may count on. */
async function planAhead(intent: Intent, wish: Wish, outside: Outside): Promise<Planned<Plan>> {
  const planned = await planFor(intent, wish);
  const tree = isSourceProblem(intent) || intent.source.kind !== 'git' ? null : intent.identified.tree;
  const release = planned.ok ? planned.plan.release : null;
  if (tree !== null && release !== null) {
    const { treesNextTime } = await import('../../plan/leaving.ts');
    outside.ahead?.foresee(() => treesNextTime(wish, release, tree));
  }
  return planned;
}
