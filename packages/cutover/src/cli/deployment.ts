import type { Result } from '../engine/execute.ts';
import { isLocked } from '../events/cause.ts';
import type { Settings } from '../model/settings.ts';
import type { Wish } from '../plan/job.ts';
import type { Plan } from '../plan/plan.ts';
import { type Planned, type Refusal, refused } from '../plan/refusal.ts';
import { breathe } from './ahead/breathe.ts';
import type { Means } from './carry-out.ts';
import { withMeans } from './connected.ts';
import { Exit, type ExitCode } from './exit.ts';
import { look } from './hosts.ts';
import { leaveOut, wayWithout } from './leave-out.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { tellRefusals, tellStopped, tellUnseen } from './telling.ts';
import { lockWait, patienceOf } from './wait.ts';
import { wishFor } from './wish.ts';

/** Options of commands that change hosts. */
export interface DeploymentOptions extends StageOptions {
  /** How long to wait for a lock: a duration, or true for as long as it takes. */
  readonly wait?: string | boolean;
}

/** What a command that changes hosts does: how it plans, and whether the person agrees. */
export interface Undertaking {
  /** Whether hosts that do not answer can be left out of it, as many as the config tolerates. */
  readonly mayLeaveOut?: boolean;
  /** Loads what planning needs, while the hosts are reached. */
  load?(): Promise<unknown>;
  plan(wish: Wish): Planned<Plan> | Promise<Planned<Plan>>;
  /** Why it cannot be, whatever the hosts are: found out while they are reached, and told without waiting for them. */
  forbidden?(): Promise<readonly Refusal[]>;
  /** Asked before anything is done. False ends the command with nothing changed, and so does `needless`: all is as it is wanted. */
  agree?(plan: Plan, means: Means): Promise<boolean | 'needless'>;
}

/** Looks, plans, and carries the plan out; the whole life of a command that changes hosts. */
export async function deployment(
  settings: Settings,
  undertaking: Undertaking,
  how: { options: DeploymentOptions; outside: Outside },
): Promise<ExitCode> {
  const { outside, options } = how;
  const patienceMs = patienceOf(options.wait);
  if (patienceMs === null) {
    outside.err(`"${options.wait}" is no duration: write --wait 5m, or --wait alone to wait until the lock is free.\n`);
    return Exit.usage;
  }
  return withMeans({ settings, options, outside, first: 'look' }, (means) =>
    attempts(means, { undertaking, patienceMs }),
  );
}

/** Tries until the lock is had, for as long as the user wants to wait. */
async function attempts(means: Means, parts: { undertaking: Undertaking; patienceMs: number }): Promise<ExitCode> {
  const { undertaking } = parts;
  const wait = lockWait(parts.patienceMs, means.outside);
  for (;;) {
    const [planned, { carryOut, exitOf }] = await Promise.all([planOnce(means, undertaking), machinery(undertaking)]);
    if (typeof planned === 'number') return planned;
    if (!planned.ok) {
      if (means.stopping.signal.aborted) return tellStopped(means.outside);
      if (isOnlyLocked(planned.refusals) && (await wait.again(means.stopping.signal))) continue;
      return tellRefusals(planned.refusals, means.outside);
    }
    const answer = (await undertaking.agree?.(planned.plan, means)) ?? true;
    if (answer !== true) return answer === 'needless' ? Exit.succeeded : Exit.refused;
    const result = await carryOut(planned.plan, means);
    if (wasLocked(result) && (await wait.again(means.stopping.signal))) continue;
    return exitOf(result);
  }
}

/** What carries a plan out, loaded while the hosts are reached: not before the connections are under way, for loading blocks them. */
async function machinery(undertaking: Undertaking): Promise<typeof import('./carry-out.ts')> {
  await breathe();
  const loaded = await import('./carry-out.ts');
  await breathe();
  await undertaking.load?.();
  return loaded;
}

async function planOnce(means: Means, undertaking: Undertaking): Promise<Planned<Plan> | ExitCode> {
  const { settings, fleet, outside, stopping } = means;
  const end = outside.trace?.begin({ place: 'here', kind: 'driver', name: 'connect and look' });
  const looking = look(fleet, settings, stopping.signal);
  const forbidden = (await undertaking.forbidden?.()) ?? [];
  if (forbidden.length > 0) return refused(forbidden);
  const { facts, unseen } = await looking;
  end?.();
  const mayLeaveOut = undertaking.mayLeaveOut ?? false;
  const without = unseen.length === 0 || mayLeaveOut ? leaveOut(settings, unseen) : null;
  if (without === null) return tellUnseen(unseen, outside, wayWithout(settings, unseen, mayLeaveOut));
  return undertaking.plan({ ...wishFor(without.settings, facts, outside), leftOut: without.leftOut });
}

function isOnlyLocked(refusals: readonly Refusal[]): boolean {
  return refusals.every((refusal) => refusal.kind === 'locked');
}

function wasLocked(result: Result): boolean {
  return result.cause !== null && isLocked(result.cause);
}
