import type { Effect } from '../../src/model/effect.ts';
import { idleGuard, strikeGuards } from '../../src/remote/memory/guard.ts';
import { applyEffect, type Doing, type MemoryHost } from '../../src/remote/memory/host.ts';

/**
 * What keeps a deployment safe, by a name each. A simulation can be told to do without some of them, to see that it notices: nothing of
 * Cutover itself can be told so.
 */
export const safeguards = [
  /** Every step that changes a host asks first whether the lock is still its own. */
  'ownership',
  /** No late write of a former owner succeeds, even if it asked before the lock was taken over. */
  'fencing',
  /** The lock is refused while somebody has it. */
  'exclusive lock',
  /** The lock is refused where another release serves than the plan was made for. */
  'basis',
  /** The lock is given back only by its owner. */
  'own unlock',
  /** A release is proven complete before it is activated. */
  'verify',
  /** A release is on the disk before it is in service. */
  'flush',
  /** Nobody activates before all have built. */
  'barrier',
  /** An activation is only taken back from the release that it put in service. */
  'own restore',
  /** A host that cannot take a step back keeps the steps before it. */
  'keep before undo',
  /** A release that is in service is not removed. */
  'in service stays',
  /** A host that is not confirmed in time goes back by itself. */
  'revert guard',
  /** No swap without the guard that was made ready for it. */
  'armed',
  /** Only one of confirmation and revert can be decided. */
  'one decision',
  /** A guard changes nothing when its deployment has lost the lock. */
  'guarded by the lock',
  /** What goes live is recorded as later than all that was live before, whatever the clock of its host shows. */
  'later moments',
] as const;

export type Safeguard = (typeof safeguards)[number];

/** The in-memory host's own `applyEffect`, as it would be without some safeguards. */
export function applySafely(host: MemoryHost, effect: Effect, by: Doer): number {
  if (by.without.size === 0) return applyEffect(host, effect, by);
  const unsafe = unsafely(host, effect, by);
  if (unsafe !== null) return unsafe;
  const { lock } = host;
  const isBlind = by.without.has('ownership') || (by.without.has('fencing') && by.hadLock);
  if (!isBlind || lock === null || lock.deployment === by.deployment || isLocking(effect))
    return applyEffect(host, effect, by);
  host.lock = { ...lock, deployment: by.deployment };
  const code = applyEffect(host, effect, by);
  host.lock = lock;
  return code;
}

/** Who does it, when, and without what. */
export interface Doer extends Doing {
  readonly without: ReadonlySet<Safeguard>;
  /** Whether it had the lock when its script began. */
  readonly hadLock: boolean;
}

/** The guards whose time has come, as they would be without some safeguards. */
export function strikeSafely(host: MemoryHost, { nowMs, without }: Pick<Doer, 'nowMs' | 'without'>): void {
  if (without.has('revert guard')) return;
  const { lock } = host;
  if (without.has('guarded by the lock'))
    for (const deployment of host.guards.keys()) {
      host.lock = { deployment, kind: 'deploy', by: '', pid: 1, since: '', what: '' };
      strikeGuards(host, nowMs);
    }
  host.lock = lock;
  strikeGuards(host, nowMs);
}

function isLocking({ kind }: Effect): boolean {
  return kind === 'lock' || kind === 'unlock';
}

/** The exit code where the missing safeguard makes the difference; null where it does not. */
function unsafely(host: MemoryHost, effect: Effect, doer: Doer): number | null {
  const { deployment, without } = doer;
  switch (effect.kind) {
    case 'lock':
      if (without.has('exclusive lock')) host.lock = null;
      return without.has('basis') ? applyEffect(host, { ...effect, serves: host.current }, doer) : null;
    case 'unlock':
      if (without.has('own unlock')) host.lock = null;
      return null;
    case 'verify':
      if (!without.has('verify') || host.lock?.deployment !== deployment) return null;
      host.records.set(effect.record.name, effect.record);
      return 0;
    case 'restore':
      if (!without.has('own restore') || host.lock?.deployment !== deployment) return null;
      host.current = effect.previous;
      return 0;
    case 'discard':
      if (!without.has('in service stays') || host.lock?.deployment !== deployment) return null;
      host.directories.delete(effect.record.name);
      return 0;
    case 'activate':
      if (without.has('armed') && !host.guards.has(deployment))
        host.guards.set(deployment, idleGuard({ ...effect, guard: someOrder }));
      return null;
    case 'extend':
    case 'confirm': {
      const guard = host.guards.get(deployment);
      if (without.has('one decision') && guard)
        host.guards.set(deployment, { ...guard, verdict: 'open', dueMs: doer.nowMs + guard.order.withinMs });
      return null;
    }
    default:
      return null;
  }
}

const someOrder = { withinMs: 120_000, onLost: 'revert', failed: null } as const;
