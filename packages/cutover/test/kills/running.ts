import type { Event } from '../../src/events/event.ts';
import { decodeEvents } from '../../src/events/ndjson.ts';
import { type Called, type CallWorld, call, startCall } from '../kit/call.ts';

/** A command that runs, and what it has told so far. */
export interface Running {
  /** Of its driver: this process, unless it has one of its own. */
  readonly pid: number;
  readonly events: readonly Event[];
  isOver(): boolean;
  /** Resolves when it tells something of that kind, or when it is over. */
  tells(kind: (event: Event) => boolean): Promise<void>;
  readonly ended: Promise<Called>;
}

/** Starts a command; in a process of its own where its driver is to be struck. */
export function begin(world: CallWorld, args: readonly string[], isApart: boolean): Running {
  const events: Event[] = [];
  const waiting = new Map<(event: Event) => boolean, () => void>();
  let rest = '';
  let isOver = false;
  const hear = (text: string): void => {
    const rows = (rest + text).split('\n');
    rest = rows.pop() ?? '';
    for (const event of decodeEvents(`${rows.join('\n')}\n`).events) {
      events.push(event);
      for (const [kind, resolve] of waiting) if (kind(event)) resolve();
    }
  };
  const started = isApart ? startCall([...args, '--json'], { ...world, hear }) : null;
  const ended = started?.ended ?? call([...args, '--json'], { ...world, hear });
  const over = ended.finally(() => {
    isOver = true;
    for (const resolve of waiting.values()) resolve();
  });
  return {
    pid: started?.pid ?? process.pid,
    events,
    isOver: () => isOver,
    tells: (kind) =>
      new Promise((resolve) => {
        if (isOver || events.some(kind)) resolve();
        else waiting.set(kind, resolve);
      }),
    ended: over,
  };
}
