import type { Event } from '../events/event.ts';
import { type Decoded, decodeEvents } from '../events/ndjson.ts';
import type { Outcome } from '../model/deployment.ts';
import type { HostFacts } from '../model/facts.ts';
import type { ByHost } from '../model/host.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanWord } from '../report/clean.ts';
import { unreadSentence } from '../report/unread.ts';
import type { Outside } from './outside.ts';
import { keepPlanAside, meantBy, type RecordPlace, readPlan, readRecords, recordedDeployments } from './recorder.ts';
import { storedPlan, unusableSentence } from './stored-plan.ts';

/** How somebody wants to resume, and of what stage. */
export interface Resumption {
  readonly place: RecordPlace;
  /** Take it back instead of going on. */
  readonly undo: boolean;
  readonly outside: Outside;
}

/** The plan of the deployment that is named, or a sentence that says what this machine knows against resuming it. */
export function namedPlan(wanted: string, how: Resumption): Plan | string {
  const deployment = meantBy(wanted, recordedDeployments(how.place, how.outside));
  return planOf(deployment, recorded(deployment, how), how);
}

/**
 * The same of the last deployment that was begun on this machine, did not come to a good end, which is told, and of which a host still has the lock:
 * where none has it, what was left was healed since.
 */
export function lastOpenPlan(facts: ByHost<HostFacts>, how: Resumption): Plan | string {
  const { place, outside } = how;
  const held = Object.values(facts).flatMap(({ lock }) => (lock.kind === 'held' ? [lock.holder.deployment] : []));
  const known = recordedDeployments(place, outside).filter((deployment) => held.includes(deployment));
  for (const deployment of known.toReversed()) {
    const told = recorded(deployment, how);
    if (endOf(told.events) !== null) continue;
    outside.err(`The last one that did not come to a good end is ${cleanWord(deployment)}.\n`);
    return planOf(deployment, told, how);
  }
  return 'Nothing is left to resume: no host has the lock of a deployment that was begun on this machine and did not come to its end.';
}

/** What all its drivers told of a deployment so far. */
function recorded(deployment: string, { place, outside }: Resumption): Decoded {
  const decoded = readRecords(place, deployment, outside).map(decodeEvents);
  return { events: decoded.flatMap(({ events }) => events), unread: decoded.flatMap(({ unread }) => unread) };
}

function planOf(deployment: string, told: Decoded, how: Resumption): Plan | string {
  const { place, outside } = how;
  const stored = storedPlan(readPlan(place, deployment, outside), deployment);
  if (stored.kind === 'sound') return pastObstacle(deployment, told, how) ?? stored.plan;
  const aside = stored.kind === 'damaged' ? keepPlanAside(place, deployment, outside) : null;
  return unusableSentence(stored.kind, deployment, aside);
}

/** How it ended; null where it did not, or left a host stuck: that can be resumed. */
function endOf(events: readonly Event[]): Outcome | null {
  const end = events.findLast((event) => event.type === 'deployment.ended');
  return end === undefined || end.outcome === 'stuck' ? null : end.outcome;
}

/** What the records of all drivers so far say against it; null for nothing. */
function pastObstacle(deployment: string, { events, unread }: Decoded, { undo, outside }: Resumption): string | null {
  for (const line of unread) outside.err(`${unreadSentence(line)}\n`);
  const end = endOf(events);
  if (end !== null) return `${cleanWord(deployment)} came to its end: ${end}. There is nothing to resume.`;
  if (undo) return null;
  if (unread.some(({ kind }) => kind !== 'truncated'))
    return 'What was recorded cannot be understood as a whole, so it is not known how far it came. Take it back: --undo.';
  return events.some(isFailing) ? 'It had failed already: it cannot go on. Take it back: --undo.' : null;
}

/** From here on a driver takes back, whether it came to telling so or not. */
function isFailing(event: Event): boolean {
  if (event.type === 'step.failed') return !event.tolerated;
  return event.type === 'undo.started' || event.type === 'cancel.requested' || event.type === 'host.lost';
}
