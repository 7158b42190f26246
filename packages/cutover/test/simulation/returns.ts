import type { Event } from '../../src/events/event.ts';
import type { HostFacts } from '../../src/model/facts.ts';
import type { ByHost } from '../../src/model/host.ts';
import type { Driver } from './driver.ts';
import type { ReturnKind, WishKind } from './scenario.ts';

/** Whether this is done about another's deployment. */
export function isReturn(wish: WishKind): wish is ReturnKind {
  return wish === 'resume' || wish === 'take-back';
}

/** What is against it, by what the dead driver has recorded and the hosts show, as `cutover resume` asks; null for nothing. */
export function obstacleTo(how: ReturnKind, dead: Driver, facts: ByHost<HostFacts>): string | null {
  if (dead.events.some(({ type }) => type === 'deployment.ended')) return 'it came to its end';
  if (dead.events.some(isFailing) && how === 'resume') return 'it had failed';
  const holders = Object.values(facts).flatMap(({ lock }) => (lock.kind === 'held' ? [lock.holder.deployment] : []));
  if (holders.some((holder) => holder !== dead.deployment)) return 'another has the lock';
  return holders.length === 0 ? 'no host has its lock any more' : null;
}

function isFailing(event: Event): boolean {
  if (event.type === 'step.failed') return !event.tolerated;
  return event.type === 'undo.started' || event.type === 'cancel.requested' || event.type === 'host.lost';
}
