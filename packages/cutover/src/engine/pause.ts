import type { Clock } from './world.ts';

/** Resolves after that many milliseconds, or as soon as the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const over = (): void => {
      stop();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const stop = clock.after(ms, over);
    signal.addEventListener('abort', over, { once: true });
  });
}
