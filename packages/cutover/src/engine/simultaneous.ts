import type { HostName } from '../model/host.ts';
import type { Session } from '../remote/session.ts';
import type { Ledger } from './ledger.ts';
import type { Stretch } from './stretch.ts';

/** Nobody is held back for longer than this: a host that took that long was busy, not far away. */
const mostMs = 500;

/**
 * How long each host of a batch is held back, in milliseconds, so that all of them activate at the same moment: a word to a host that is
 * near arrives sooner than one to a host that is far. Nobody is held back in a stretch in which nothing is put in service.
 */
export function heldBack(ledger: Ledger, stretch: Stretch, batch: readonly HostName[]): (host: HostName) => number {
  const isActivation = batch.some((host) => stretch.tasks(host).some(({ step }) => step.effect.kind === 'activate'));
  if (!isActivation) return () => 0;
  const farthest = Math.max(0, ...batch.map((host) => ledger.turns.get(host) ?? 0));
  return (host) => Math.min(mostMs, (farthest - (ledger.turns.get(host) ?? farthest)) / 2);
}

/** Notes how far a host is away, as far as that is known by now. */
export function noteTurn({ turns }: Ledger, { host, turnMs }: Session): void {
  if (turnMs !== null) turns.set(host, turnMs);
}
