import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../config/schema/duration.ts';
import type { Outside } from './outside.ts';

/** The patience of somebody who waits for a lock. */
export interface LockWait {
  /** Waits a little; false when the time is over, when it was stopped, or when nobody wanted to wait. */
  again(signal: AbortSignal): Promise<boolean>;
}

const pauseMs = 2000;

/** Waits so many milliseconds in all, asking every two seconds. The clock of the machine may be set meanwhile. */
export function lockWait(patienceMs: number, outside: Pick<Outside, 'err'>): LockWait {
  const untilMs = performance.now() + patienceMs;
  let isTold = false;
  return {
    async again(signal) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0 || signal.aborted) return false;
      if (!isTold) outside.err('The deploy path is locked: waiting for the other deployment to end.\n');
      isTold = true;
      await sleep(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => {});
      return !signal.aborted;
    },
  };
}

/** The milliseconds that `--wait` stands for: none without it, for ever without a value; null for what is no duration. */
export function patienceOf(wish: string | boolean | undefined): number | null {
  if (wish === undefined || wish === false) return 0;
  if (wish === true) return Number.POSITIVE_INFINITY;
  return parseDuration(wish);
}
