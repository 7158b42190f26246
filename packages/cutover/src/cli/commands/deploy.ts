import type { Settings, Source } from '../../model/settings.ts';
import type { Wish } from '../../plan/job.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Planned, refused } from '../../plan/refusal.ts';
import { isSourceProblem } from '../../source/problem.ts';
import { identifyRevision } from '../../source/resolve.ts';
import type { IdentifiedSource } from '../../source/resolved.ts';
import type { DeploymentOptions } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** Options of `cutover deploy`. */
export interface DeployOptions extends DeploymentOptions {
  /** Branch, tag or SHA instead of the config's. */
  readonly ref?: string;
}

/** `cutover deploy`: a new release on all hosts, put in service together. */
export async function deploy(options: DeployOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  // What talks to hosts is loaded while git looks the ref up.
  const [intent, { deployment }] = await Promise.all([
    intentOf(settings, options, outside),
    import('../deployment.ts'),
  ]);
  if (intent === null) return Exit.refused;
  const undertaking = { plan: (wish: Wish) => planFor(intent, wish), load: () => import('../../plan/deploy.ts') };
  return deployment({ ...settings, source: intent.source }, undertaking, { options, outside });
}

/** What is to be deployed: found before any host is contacted, vetted while they are. */
export interface Intent {
  readonly source: Source;
  readonly identified: IdentifiedSource;
}

/** What the ref stands for; null after the reason why it stands for nothing has been printed. */
export async function intentOf(settings: Settings, options: DeployOptions, outside: Outside): Promise<Intent | null> {
  const source = withRef(settings.source, options.ref);
  const signal = new AbortController().signal;
  const identified = await identifyRevision(source, { signal, limitMs: settings.limits.connectMs });
  if (!isSourceProblem(identified)) return { source, identified };
  outside.err(`${identified.message}\nNo host was contacted, and nothing was changed.\n`);
  return null;
}

/** The plan of such a deployment, unless its revision turns out unfit. */
export async function planFor({ source, identified }: Intent, wish: Wish): Promise<Planned<Plan>> {
  const [{ planDeploy }, vetted] = await Promise.all([import('../../plan/deploy.ts'), identified.vetting]);
  if (isSourceProblem(vetted)) return refused([{ kind: 'unfit-revision', message: vetted.message }]);
  const { revision, tree } = identified;
  const digest = source.kind === 'artifact' ? revision.id : null;
  return planDeploy(wish, { source, revision, tree, digest, notes: vetted.notes });
}

function withRef(source: Source, ref: string | undefined): Source {
  return ref === undefined || source.kind === 'artifact' ? source : { ...source, ref };
}
