import { resume as goOn, takeBack } from '../../engine/take-back.ts';
import type { Event } from '../../events/event.ts';
import { type Decoded, decodeEvents } from '../../events/ndjson.ts';
import type { Outcome } from '../../model/deployment.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { ByHost } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import type { Plan } from '../../plan/plan.ts';
import { cleanWord } from '../../report/clean.ts';
import { unreadSentence } from '../../report/unread.ts';
import { hostList } from '../../report/words.ts';
import { carryOut, exitOf, type Means } from '../carry-out.ts';
import { withMeans } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { isStillRunningHere } from '../holder.ts';
import { look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { keepPlanAside, meantBy, readPlan, readRecords, recordedDeployments } from '../recorder.ts';
import { settingsFor } from '../stage.ts';
import { storedPlan, unusableSentence } from '../stored-plan.ts';
import { tellSentences, tellUnseen } from '../telling.ts';

/** Options of `cutover resume`. */
export interface ResumeOptions extends StageOptions {
  /** Take it back instead of going on. */
  readonly undo?: boolean;
}

/** `cutover resume [deployment]`: goes on with a deployment whose driver died, or takes it back. */
export async function resume(wanted: string | undefined, options: ResumeOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const deployment =
    wanted === undefined ? lastOpen(settings, outside) : meantBy(wanted, recordedDeployments(settings, outside));
  if (deployment === null) return refuse('Every deployment that was run from this machine came to its end.', outside);
  const stored = storedPlan(readPlan(settings, deployment, outside), deployment);
  if (stored.kind !== 'sound') {
    const aside = stored.kind === 'damaged' ? keepPlanAside(settings, deployment, outside) : null;
    return refuse(unusableSentence(stored.kind, deployment, aside), outside);
  }
  const obstacle = pastObstacle(settings, { deployment, outside, undo: options.undo === true });
  if (obstacle !== null) return refuse(obstacle, outside);
  return withMeans({ settings: { ...settings, hosts: settings.hosts }, options, outside, first: 'look' }, (means) =>
    resumeNow(stored.plan, means, options),
  );
}

/** The last deployment that was begun on this machine and did not come to a good end, which is told; null for none. */
function lastOpen(settings: Settings, outside: Outside): string | null {
  const last = recordedDeployments(settings, outside).findLast((deployment) => {
    const { events } = recorded(settings, deployment, outside);
    return hasLocks(events) && endOf(events) === null;
  });
  if (last !== undefined) outside.err(`The last one that did not come to a good end is ${cleanWord(last)}.\n`);
  return last ?? null;
}

/** What all its drivers told of a deployment so far. */
function recorded(settings: Settings, deployment: string, outside: Outside): Decoded {
  const decoded = readRecords(settings, deployment, outside).map(decodeEvents);
  return { events: decoded.flatMap(({ events }) => events), unread: decoded.flatMap(({ unread }) => unread) };
}

/** Commands that are run without a lock, and the freeing of locks, are nothing to go on with. */
function hasLocks([first]: readonly Event[]): boolean {
  return first?.type === 'deployment.started' && first.kind !== 'exec' && first.kind !== 'unlock';
}

/** How it ended; null where it did not, or left a host stuck: that can be resumed. */
function endOf(events: readonly Event[]): Outcome | null {
  const end = events.findLast((event) => event.type === 'deployment.ended');
  return end === undefined || end.outcome === 'stuck' ? null : end.outcome;
}

/** What the records of all drivers so far say against it; null for nothing. */
function pastObstacle(
  settings: Settings,
  { deployment, outside, undo }: { deployment: string; outside: Outside; undo: boolean },
): string | null {
  const { events, unread } = recorded(settings, deployment, outside);
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

async function resumeNow(plan: Plan, means: Means, options: ResumeOptions): Promise<ExitCode> {
  const { settings, fleet, outside, stopping } = means;
  const { facts, unseen } = await look(fleet, settings, stopping.signal);
  if (unseen.length > 0) return tellUnseen(unseen, outside);
  const obstacle = presentObstacle(plan, facts, outside) ?? (options.undo === true ? null : freedObstacle(plan, facts));
  if (obstacle !== null) return refuse(obstacle, outside);
  if (options.undo !== true) {
    outside.err('What was done before is told once more, and not done again.\n');
    return exitOf(await carryOut(plan, means, goOn));
  }
  const exit = exitOf(await carryOut(plan, means, takeBack));
  // To be stopped and undone is what was asked for.
  return exit === Exit.interrupted ? Exit.succeeded : exit;
}

/** What the hosts say against it; null for nothing. */
function presentObstacle(plan: Plan, facts: ByHost<HostFacts>, outside: Outside): string | null {
  const hosts = Object.keys(plan.paths);
  const missing = hosts.filter((host) => facts[host] === undefined);
  if (missing.length > 0) return `It concerns ${missing.join(', ')} too: name no hosts, or all of them.`;
  const holders = hosts.map((host) => {
    const lock = facts[host]?.lock;
    return { host, holder: lock?.kind === 'held' ? lock.holder : null };
  });
  const taken = holders.filter(({ holder }) => holder !== null && holder.deployment !== plan.deployment);
  if (taken.length > 0)
    return `${taken.map(({ host }) => host).join(', ')}: another deployment has the lock by now. This one is over: "cutover recover" shows how the hosts stand.`;
  const own = holders.flatMap(({ holder }) => holder ?? []);
  if (own.length === 0)
    return 'No host has its lock any more: it is over there. "cutover recover" shows how the hosts stand.';
  const living = own.find((holder) => isStillRunningHere(holder, outside));
  return living ? `Process ${living.pid} on this machine still drives it. Stop that one first.` : null;
}

/** A host whose lock was freed in the middle lets nothing be confirmed; null where there is none. */
function freedObstacle({ deployment }: Plan, facts: ByHost<HostFacts>): string | null {
  const freed = Object.entries(facts).filter(
    ([, { lock, activations }]) =>
      lock.kind === 'free' && activations.some((one) => one.deployment === deployment && one.verdict === 'open'),
  );
  if (freed.length === 0) return null;
  const names = hostList(freed.map(([host]) => host));
  return `The lock of ${names} was freed, so what was put in service there cannot be confirmed any more. Take back what is elsewhere with --undo; then "cutover recover" heals ${names}.`;
}

async function refuse(sentence: string, outside: Outside): Promise<ExitCode> {
  await tellSentences([sentence, 'Nothing was changed.'], outside);
  return Exit.refused;
}
