import { Exit } from './exit.ts';
import type { Outside } from './outside.ts';

/** The wish of the person to stop, as a signal of the platform's own kind; its reason is what the person did: `Ctrl-C`, or the name of the process signal. */
export interface Stopping {
  readonly signal: AbortSignal;
  /** What puts the terminal right, if the person leaves at once. */
  beforeLeaving(action: () => void): void;
  /** Gives Ctrl-C back to the system. */
  release(): void;
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the deployment to stop and to take back what it did; the second leaves at once,
 * after the terminal was put right.
 */
export function onStop(outside: Outside): Stopping {
  const stop = new AbortController();
  let leave = (): void => {};
  const heard = (name: NodeJS.Signals): void => {
    if (!stop.signal.aborted) return stop.abort(name === 'SIGINT' ? 'Ctrl-C' : name);
    leave();
    outside.err('\nLeft at once. What was begun was not taken back: "cutover status" shows what each host serves.\n');
    process.exit(Exit.interrupted);
  };
  for (const name of names) process.on(name, heard);
  return {
    signal: stop.signal,
    beforeLeaving(action) {
      leave = action;
    },
    release() {
      for (const name of names) process.off(name, heard);
    },
  };
}
