import type { GuardOrder } from '../model/effect.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { batchesOf } from './batches.ts';
import { type Job, withState } from './job.ts';

/** What the guard waits beyond what checks, hooks and a lost connection may take, unless the config says how long it waits in all. */
const graceMs = 120_000;

/** What guards the activations of a deployment; `fresh` is the record of a release that never served before. */
export function guardOrder(job: Job, fresh: ReleaseRecord | null): GuardOrder {
  const { confirmation, limits } = job.wish.settings;
  return {
    withinMs: confirmation.withinMs ?? graceMs + limits.reconnectMs + roundsOf(job) * betweenMs(job),
    onLost: confirmation.onLost,
    failed: fresh && withState(fresh, 'failed', job.wish.nowMs),
  };
}

/** The first batch waits for all others. */
function roundsOf(job: Job): number {
  return batchesOf(Object.keys(job.previous), job.wish.settings.batch).length;
}

/** What may lie between the activation of a batch and the confirmation, or the next batch. */
function betweenMs({ wish }: Job): number {
  const { hooks, checks } = wish.settings;
  const after = ['after activate', 'before check', 'after check'];
  const hooksMs = hooks
    .filter(({ when, phase }) => after.includes(`${when} ${phase}`))
    .reduce((sum, { limitMs }) => sum + limitMs, 0);
  return hooksMs + checks.reduce((sum, { retry }) => sum + retry.withinMs, 0);
}
