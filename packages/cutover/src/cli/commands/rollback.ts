import { planRollback } from '../../plan/rollback.ts';
import { type DeploymentOptions, deployment, type Undertaking } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** `cutover rollback [release]`: a release that served before is put in service again. */
export async function rollback(
  release: string | undefined,
  options: DeploymentOptions,
  outside: Outside,
): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const undertaking: Undertaking = { mayLeaveOut: true, plan: (wish) => planRollback(wish, release ?? null) };
  return deployment(settings, undertaking, { options, outside });
}
