import { resume as goOn, takeBack } from '../../engine/take-back.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { ByHost } from '../../model/host.ts';
import type { Plan } from '../../plan/plan.ts';
import { hostList } from '../../report/words.ts';
import { carryOut, exitOf, type Means } from '../carry-out.ts';
import { withMeans } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { isStillRunningHere } from '../holder.ts';
import { look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { lastOpenPlan, namedPlan, type Resumption } from '../resumable.ts';
import { settingsFor } from '../stage.ts';
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
  const how = { place: settings, undo: options.undo === true, outside };
  const named = wanted === undefined ? null : namedPlan(wanted, how);
  if (typeof named === 'string') return refuse(named, outside);
  return withMeans({ settings: { ...settings, hosts: settings.hosts }, options, outside, first: 'look' }, (means) =>
    resumeNow(named, means, how),
  );
}

async function resumeNow(named: Plan | null, means: Means, how: Resumption): Promise<ExitCode> {
  const { settings, fleet, outside, stopping } = means;
  const { facts, unseen } = await look(fleet, settings, stopping.signal);
  if (unseen.length > 0) return tellUnseen(unseen, outside);
  const plan = named ?? lastOpenPlan(facts, how);
  if (typeof plan === 'string') return refuse(plan, outside);
  const obstacle = presentObstacle(plan, facts, outside) ?? (how.undo ? null : freedObstacle(plan, facts));
  if (obstacle !== null) return refuse(obstacle, outside);
  if (!how.undo) {
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
