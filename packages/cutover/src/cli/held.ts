import type { HostName } from '../model/host.ts';
import { repository } from '../model/layout.ts';
import type { Plan } from '../plan/plan.ts';
import type { Fleet } from '../remote/session.ts';
import { sh } from '../shell/text.ts';
import { heldDigits } from '../source/artifact-pack.ts';
import { capture } from './capture.ts';

/** Where and with whom it is asked. */
interface Asking {
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
}

/**
 * Asks a host for the objects of the trees that its repository is said to have: the first digits of their ids. What it cannot tell
 * counts as lacking and is sent; what it tells wrongly is found when the tree is used, and the repository made anew.
 */
export async function heldBy(
  plan: Plan,
  { fleet, signal }: Asking,
  { have, host }: { readonly have: readonly string[]; readonly host: HostName },
): Promise<ReadonlySet<string>> {
  const path = plan.paths[host];
  if (path === undefined) return new Set();
  const script = sh`
    git --git-dir=${repository(path)} rev-list --objects ${have} 2>/dev/null | cut -c ${`1-${heldDigits}`}`;
  const { output } = await capture(fleet, host, { script, signal });
  return new Set(output.split('\n').filter((line) => line.length === heldDigits));
}
