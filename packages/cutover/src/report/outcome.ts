import { isLocked, isOtherBasis } from '../events/cause.ts';
import { hostOf, stepTitled } from '../events/hosts.ts';
import type { About, DeploymentState, Trouble } from '../events/state.ts';
import type { DeploymentKind } from '../model/deployment.ts';
import { cleanWord } from './clean.ts';
import { holderIn, holderSentence } from './holder.ts';
import type { Paint } from './paint.ts';
import { failureSentence } from './sentences.ts';
import { durationInWords, hostList, msBetween } from './words.ts';

/** How it ended and how long it took, as a sentence. */
export function outcomeLine(state: DeploymentState, about: About, paint: Paint): string {
  if (state.outcome === null)
    return `${paint.warn('!')} ${paint.bold(`The record of ${about.deployment} has no end.`)}`;
  const took = durationInWords(msBetween(about.startedAt, state.endedAt ?? about.startedAt));
  if (state.outcome === 'succeeded')
    return `${paint.good('✓')} ${paint.bold(`${done[about.kind](cleanWord(about.project), cleanWord(about.stage))} in ${took}.`)}`;
  return `${paint.bad('✗')} ${paint.bold(`The ${noun[about.kind]} ${failing(state, took)}.`)}`;
}

/** What made it fail, and who has the lock if that was it. */
export function causeLines(state: DeploymentState): string[] {
  const { cause } = state;
  if (cause === null) return [];
  if (cause.failure.kind === 'cancelled') return [`${cleanWord(state.cancelledBy ?? 'Someone')} asked for it to stop.`];
  const trouble = causing(state);
  const holder = isLocked(cause) ? holderIn(trouble?.output ?? '') : null;
  return [
    failureSentence(cause.failure, {
      host: cause.host,
      title: trouble?.title ?? stepTitled(hostOf(state, cause.host), cause.step, 'step').title,
      output: trouble?.output ?? '',
    }),
    ...(holder === null ? [] : [holderSentence(holder, Date.parse(state.endedAt ?? holder.since))]),
  ];
}

/** Whether it ended at a lock, and is undone: that is taken, or the hosts are not what was planned for. */
export function isRefused(state: DeploymentState): boolean {
  const { cause, outcome } = state;
  return outcome === 'undone' && cause !== null && (isLocked(cause) || isOtherBasis(cause));
}

function failing(state: DeploymentState, took: string): string {
  if (isRefused(state))
    return `was refused before it ${hasBegun(state) ? 'put anything in service' : 'changed anything'}`;
  const isCancelled = state.cause?.failure.kind === 'cancelled';
  const how = `${isCancelled ? 'was cancelled' : 'failed'} after ${took}`;
  if (state.outcome === 'stuck') return `${how}, and ${hostList(state.stuck)} could not be put back`;
  if (state.about?.kind === 'prune') return how;
  return `${how} and ${isCancelled ? '' : 'was '}undone`;
}

/** Whether a host whose lock was had went on at once. */
function hasBegun({ hosts }: DeploymentState): boolean {
  return Object.values(hosts).some(({ steps }) =>
    steps.some(({ id, startedAt }) => id !== 'lock' && startedAt !== null),
  );
}

function causing(state: DeploymentState): Trouble | undefined {
  return state.failures.find(({ host, step }) => host === state.cause?.host && step === state.cause.step);
}

const done: Readonly<Record<DeploymentKind, (project: string, stage: string) => string>> = {
  deploy: (project, stage) => `Deployed ${project} to ${stage}`,
  rollback: (project, stage) => `Rolled ${project} back on ${stage}`,
  prune: (project, stage) => `Pruned ${project} on ${stage}`,
  purge: (project, stage) => `Purged caches of ${project} on ${stage}`,
  adopt: (project, stage) => `Adopted ${project} on ${stage}`,
  env: (project, stage) => `Wrote the environment of ${project} on ${stage}`,
  exec: (project, stage) => `Ran the command for ${project} on ${stage}`,
  unlock: (project, stage) => `Unlocked ${project} on ${stage}`,
  recover: (project, stage) => `Healed ${project} on ${stage}`,
};

const noun: Readonly<Record<DeploymentKind, string>> = {
  deploy: 'deployment',
  rollback: 'rollback',
  prune: 'pruning',
  purge: 'purge',
  adopt: 'adoption',
  env: 'writing of the environment',
  exec: 'command',
  unlock: 'unlocking',
  recover: 'recovery',
};
