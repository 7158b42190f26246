import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Event } from '../events/event.ts';
import { encodeEvent } from '../events/ndjson.ts';
import type { Outside } from './outside.ts';

/** Writes the events of one deployment as they happen, so that they outlive a driver that dies. */
export interface Recorder {
  record(event: Event): void;
  close(): void;
}

/** A file of events, which is not there yet. What must outlive a power cut is flushed; once it cannot be written, that is told and the deployment goes on. */
export function recordFile(path: string, outside: Outside): Recorder {
  const file = openSync(path, 'ax', 0o600);
  let isWritten = true;
  let waiting: NodeJS.Immediate | null = null;
  const trying = (act: () => void): void => {
    if (!isWritten) return;
    try {
      act();
    } catch (error) {
      isWritten = false;
      outside.err(
        `The record of this deployment cannot be written any more (${(error as NodeJS.ErrnoException).code}); the deployment goes on.\n`,
      );
    }
  };
  const flush = (): void => {
    if (waiting !== null) clearImmediate(waiting);
    waiting = null;
    fsyncSync(file);
  };
  return {
    record: (event) =>
      trying(() => {
        writeSync(file, encodeEvent(event));
        if (isEdge(event)) flush();
        else if (event.type === 'phase.started') waiting ??= setImmediate(() => trying(flush));
      }),
    close() {
      if (waiting !== null) trying(flush);
      closeSync(file);
    },
  };
}

/**
 * What is on disk before anything is ordered, and before anybody is told the end. Phases are told when they have begun, and several at once where they are
 * short: those that are heard together share a flush, which costs too much for each of them and far too much for each line of output.
 */
function isEdge({ type }: Event): boolean {
  return type === 'deployment.started' || type === 'deployment.ended';
}
