import type { DeploymentId, Holder } from '../../model/deployment.ts';
import type { HostFacts, LockFacts } from '../../model/facts.ts';
import type { ByHost, HostName } from '../../model/host.ts';
import { planUnlock } from '../../plan/ad-hoc.ts';
import { sitesOf } from '../../plan/job.ts';
import { oneDirectory } from '../../plan/preconditions.ts';
import { cleanWord } from '../../report/clean.ts';
import { holderSentence } from '../../report/holder.ts';
import { hostList } from '../../report/words.ts';
import { agreed } from '../ask.ts';
import { carryOut, exitOf, type Means } from '../carry-out.ts';
import { withMeans } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { faceFor } from '../faces.ts';
import { isStillRunningHere } from '../holder.ts';
import { look } from '../hosts.ts';
import { say } from '../json.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellRefusals, tellSentences, tellUnseen } from '../telling.ts';
import { watched } from '../watched.ts';
import { newDeploymentId, wishFor } from '../wish.ts';

/** `cutover unlock`: frees the locks that a deployment left which is no more. */
export async function unlock(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return withMeans({ settings, options, outside, first: 'look' }, unlockAll);
}

async function unlockAll(means: Means): Promise<ExitCode> {
  const { settings, fleet, outside, stopping } = means;
  const { facts, unseen } = await look(fleet, settings, stopping.signal);
  if (unseen.length > 0) return tellUnseen(unseen, outside);
  const same = oneDirectory(sitesOf(wishFor(settings, facts, outside)));
  if (same.length > 0) return tellRefusals(same, outside);
  const locks = Object.entries(facts).flatMap(([host, { lock }]) => (lock.kind === 'free' ? [] : [{ host, lock }]));
  if (locks.length === 0) {
    say('No host is locked: there is nothing to free.', means);
    return Exit.succeeded;
  }
  await tellSentences([...lockLines(locks, outside), ...guardLines(facts)], outside);
  if (!(await agreed(question(locks, outside), means))) return Exit.refused;
  const holders = Object.fromEntries(locks.map(({ host, lock }) => [host, deploymentOf(lock)]));
  const plan = planUnlock({ settings, deployment: newDeploymentId(outside) }, holders);
  const face = watched(await faceFor(means.options, outside));
  const result = await carryOut(plan, { ...means, face });
  return face.sawFailure() ? Exit.undone : exitOf(result);
}

interface Lock {
  readonly host: HostName;
  readonly lock: Exclude<LockFacts, { kind: 'free' }>;
}

/** Who holds what, hosts of one holder together; and what would come of freeing the lock of a deployment that lives. */
function lockLines(locks: readonly Lock[], outside: Outside): readonly string[] {
  const groups = Map.groupBy(locks, ({ lock }) => lockSentence(lock, outside));
  return [
    ...[...groups].map(([sentence, same]) => `${hostList(same.map(({ host }) => host))}: ${sentence}`),
    ...livingHolders(locks, outside).map(warning),
  ];
}

function lockSentence(lock: Lock['lock'], outside: Outside): string {
  return lock.kind === 'held' ? holderSentence(lock.holder, outside.nowMs()) : 'The lock does not say who holds it.';
}

/** Holders that are processes of this very machine and still run, each once. */
function livingHolders(locks: readonly Lock[], outside: Outside): readonly Holder[] {
  const holders = locks.flatMap(({ lock }) => (lock.kind === 'held' ? [lock.holder] : []));
  const each = new Map(holders.map((holder) => [holder.deployment, holder]));
  return [...each.values()].filter((holder) => isStillRunningHere(holder, outside));
}

function warning({ pid, deployment }: Holder): string {
  return `Careful: process ${pid} still runs on this machine, so ${cleanWord(deployment)} is most likely not dead. If its lock is freed, a second deployment can begin on top of it, and the two will spoil each other's work. Stop the process first (kill ${pid}): it takes back what it began and frees the lock by itself.`;
}

/** A guard swaps only while its deployment has the lock: without it, what was not confirmed stays. */
function guardLines(facts: ByHost<HostFacts>): readonly string[] {
  const waiting = Object.entries(facts).filter(({ 1: { activations } }) =>
    activations.some(({ verdict, isGuarded }) => verdict === 'open' && isGuarded),
  );
  if (waiting.length === 0) return [];
  const names = hostList(waiting.map(([host]) => host));
  return [
    `Careful: a guard still waits on ${names} for the confirmation of a release. While the lock is held, such a host goes back by itself to what served before; once it is freed, the release stays in service, unconfirmed. "cutover status" says when.`,
  ];
}

function question(locks: readonly Lock[], outside: Outside): string {
  const names = hostList(locks.map(({ host }) => host));
  const isAlive = livingHolders(locks, outside).length > 0;
  return isAlive ? `Free the lock of ${names} although its deployment still runs?` : `Free the lock of ${names}?`;
}

function deploymentOf(lock: Lock['lock']): DeploymentId | null {
  return lock.kind === 'held' ? lock.holder.deployment : null;
}
