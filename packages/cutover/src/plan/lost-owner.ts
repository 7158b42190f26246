import type { TakeOver } from '../model/effect.ts';
import type { HostFacts } from '../model/facts.ts';
import type { Confirmation } from '../model/settings.ts';

/** A host that went back by itself waited long enough for its driver: then a short silence proves it dead. */
const afterRevertMs = 20_000;

/** The last sign of life lies so far ahead of the host's clock where that was set back since: it tells nothing, and the host has to watch for one. */
const aheadMs = 60_000;

/**
 * Whose lock may be taken over on this host: that of a deployment which is dead for certain. Null where the lock is free, where its
 * owner may live, and while a guard still waits for a confirmation: it gives the host back in time.
 */
export function lostOwner(facts: HostFacts, { lostAfterMs }: Confirmation): TakeOver | null {
  const { lock, activations } = facts;
  if (lock.kind !== 'held' || lock.owner.silentMs === null) return null;
  const { deployment } = lock.holder;
  const activation = activations.find((entry) => entry.deployment === deployment);
  if (activation?.isGuarded === true) return null;
  const silentMs = activation?.verdict === 'reverted' ? Math.min(afterRevertMs, lostAfterMs) : lostAfterMs;
  const heardMs = lock.owner.silentMs;
  return heardMs >= silentMs || heardMs <= -aheadMs ? { deployment, silentMs } : null;
}
