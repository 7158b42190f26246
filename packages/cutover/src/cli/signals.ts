import { Exit } from './exit.ts';
import type { Outside } from './outside.ts';

/** The wish of the person to stop, as a signal of the platform's own kind; its reason is what the person did: `Ctrl-C`, or the name of the process signal. */
export interface Stopping {
  readonly signal: AbortSignal;
  /** What is done in the moment in which the person leaves at once, such as to put the terminal right. */
  beforeLeaving(action: () => void): void;
  /** Gives Ctrl-C back to the system. */
  release(): void;
}

/** What holds after a second Ctrl-C, and where to look. */
const left = `
Left at once. What was begun was not taken back: "cutover status" shows what each host serves.
The hosts end what still runs there, and one whose release was not confirmed goes back by itself.
What is left after that, "cutover recover" shows and heals.
`;

/** By which a person, a closed terminal or CI asks to stop. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the deployment to stop and to take back what it did; the second leaves at once,
 * after the terminal was put right.
 */
export function onStop(outside: Outside): Stopping {
  const stop = new AbortController();
  const actions: (() => void)[] = [];
  const heard = (name: NodeJS.Signals): void => {
    if (!stop.signal.aborted) return stop.abort(name === 'SIGINT' ? 'Ctrl-C' : name);
    for (const action of actions) action();
    outside.err(left);
    process.exit(Exit.interrupted);
  };
  for (const name of stopSignals) process.on(name, heard);
  return {
    signal: stop.signal,
    beforeLeaving(action) {
      actions.push(action);
    },
    release() {
      for (const name of stopSignals) process.off(name, heard);
    },
  };
}
