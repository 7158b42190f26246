import type { DeploymentId } from '../../model/deployment.ts';
import type { Effect, GuardOrder } from '../../model/effect.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { MemoryHost } from './host.ts';

/** The guard of an activation on a host in memory. */
export interface MemoryGuard {
  readonly release: ReleaseName;
  readonly previous: ReleaseName | null;
  readonly order: GuardOrder;
  /** When it goes back, by the clock that the host is given; never, once the host was restarted. */
  dueMs: number;
  /** It waits for the swap, for a decision, or one was made. */
  verdict: 'waits' | 'open' | 'confirmed' | 'reverted';
}

/** A guard that waits for the swap. */
export function idleGuard({ release, previous, guard }: Omit<Extract<Effect, { kind: 'arm' }>, 'kind'>): MemoryGuard {
  return { release, previous, order: guard, dueMs: Number.POSITIVE_INFINITY, verdict: 'waits' };
}

/** Lets time come: every guard that is due and was not told otherwise goes back, unless its deployment has lost the lock. */
export function strikeGuards(host: MemoryHost, nowMs: number): void {
  for (const [deployment, guard] of host.guards) {
    if (guard.verdict !== 'open' || guard.dueMs > nowMs || guard.order.onLost === 'keep') continue;
    if (host.lock?.deployment !== deployment) continue;
    guard.verdict = 'reverted';
    if (host.current !== guard.release) continue;
    host.current = guard.previous;
    host.left.add(guard.release);
    if (guard.order.failed) host.records.set(guard.order.failed.name, guard.order.failed);
  }
}

/** A restart of the host: guards are processes, and are gone. */
export function restart(host: MemoryHost): void {
  for (const [deployment, guard] of host.guards) {
    guard.dueMs = Number.POSITIVE_INFINITY;
    if (guard.verdict === 'waits') host.guards.delete(deployment);
  }
}

/** From now on it counts; false where it is gone. */
export function begin(host: MemoryHost, deployment: DeploymentId, nowMs: number): boolean {
  const guard = host.guards.get(deployment);
  if (guard?.verdict !== 'waits') return false;
  guard.verdict = 'open';
  guard.dueMs = nowMs + guard.order.withinMs;
  return true;
}

/** Makes a decision, unless the guard has made its own: whether it stands. */
export function decide(
  host: MemoryHost,
  deployment: DeploymentId,
  parts: { word: 'extended' | 'confirmed'; nowMs: number },
): boolean {
  const guard = host.guards.get(deployment);
  if (!guard || guard.verdict === 'reverted') return false;
  if (parts.word === 'confirmed') guard.verdict = 'confirmed';
  else if (guard.dueMs !== Number.POSITIVE_INFINITY) guard.dueMs = parts.nowMs + guard.order.withinMs;
  return true;
}
