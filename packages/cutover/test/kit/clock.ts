import type { Clock } from '../../src/engine/world.ts';
import { noonMs } from './wishes.ts';

/**
 * A clock without waiting: when nothing else can happen, it goes on to the next moment that something was set for. `stop` lets
 * nothing of it happen any more.
 */
export function virtualClock(fromMs = noonMs): Clock & { stop(): void } {
  const waiting = new Set<{ readonly at: number; readonly action: () => void }>();
  let nowMs = fromMs;
  let turn: NodeJS.Immediate | null = null;
  const pass = (): void => {
    turn = null;
    const next = [...waiting].sort((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    waiting.delete(next);
    nowMs = Math.max(nowMs, next.at);
    next.action();
    wind();
  };
  const wind = (): void => {
    if (waiting.size > 0) turn ??= setImmediate(pass);
  };
  return {
    now: () => nowMs,
    after(ms, action) {
      const entry = { at: nowMs + ms, action };
      waiting.add(entry);
      wind();
      return () => waiting.delete(entry);
    },
    stop() {
      waiting.clear();
      if (turn !== null) clearImmediate(turn);
    },
  };
}
