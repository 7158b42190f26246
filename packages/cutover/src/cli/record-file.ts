import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Event } from '../events/event.ts';
import { encodeEvent } from '../events/ndjson.ts';
import { flush } from './durable.ts';
import type { Outside } from './outside.ts';

/** Writes the events of one deployment as they happen, so that they outlive a driver that dies. */
export interface Recorder {
  record(event: Event): void;
  /** Resolves when the beginning of the deployment is where it outlives a power cut, or when it is told that it cannot be; null once that is so. */
  begun(): Promise<void> | null;
  close(): void;
}

/**
 * A file of events, which is not there yet. What must outlive a power cut is flushed: before anything is ordered, which waits for `begun`, and before anybody is told the
 * end. Phases are told when they have begun, and several at once where they are short: those that are heard together share a flush, which costs too much for each of
 * them and far too much for each line of output. What belongs `beside` it is put there when the deployment begins. Once it cannot be written, that is told and the deployment goes on.
 */
export function recordFile(path: string, outside: Outside, beside: () => Promise<void>): Recorder {
  const file = openSync(path, 'ax', 0o600);
  let isWritten = true;
  let waiting: NodeJS.Immediate | null = null;
  let begun: Promise<void> | null = null;
  const failed = (error: NodeJS.ErrnoException): void => {
    isWritten = false;
    outside.err(`The record of this deployment cannot be written any more (${error.code}); the deployment goes on.\n`);
  };
  const trying = (act: () => void): void => {
    if (!isWritten) return;
    try {
      act();
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
    }
  };
  const flushNow = (): void => {
    if (waiting !== null) clearImmediate(waiting);
    waiting = null;
    fsyncSync(file);
  };
  const begin = (): void => {
    begun = Promise.all([isWritten ? flush(file).catch(failed) : null, beside()]).then(() => {
      begun = null;
    });
  };
  return {
    record(event) {
      trying(() => writeSync(file, encodeEvent(event)));
      if (event.type === 'deployment.started') begin();
      else if (event.type === 'deployment.ended') trying(flushNow);
      else if (event.type === 'phase.started') waiting ??= setImmediate(() => trying(flushNow));
    },
    begun: () => begun,
    close() {
      if (waiting !== null) trying(flushNow);
      if (begun === null) closeSync(file);
      else void begun.then(() => closeSync(file));
    },
  };
}
