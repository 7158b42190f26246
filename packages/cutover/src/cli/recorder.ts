import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../events/event.ts';
import { encodeEvent } from '../events/ndjson.ts';
import type { Outside } from './outside.ts';

/** Which deployments a record is about. */
export interface RecordPlace {
  readonly project: string;
  readonly stage: string;
}

/** Writes the events of one deployment as they happen, so that they outlive a driver that dies. */
export interface Recorder {
  record(event: Event): void;
  close(): void;
}

/** Opens the record of a deployment under the user's state directory; readable by the user alone, for output can tell much. */
export function openRecorder(place: RecordPlace & { readonly deployment: string }, outside: Outside): Recorder {
  const directory = recordsDirectory(place, outside);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = openSync(join(directory, `${place.deployment}.ndjson`), 'ax', 0o600);
  let isWritten = true;
  return {
    record(event) {
      if (!isWritten) return;
      try {
        writeSync(file, encodeEvent(event));
      } catch (error) {
        isWritten = false;
        outside.err(
          `The record of this deployment cannot be written any more (${(error as NodeJS.ErrnoException).code}); the deployment goes on.\n`,
        );
      }
    },
    close: () => closeSync(file),
  };
}

/** The text of a deployment's record; null where this machine has none. */
export function readRecord(place: RecordPlace, deployment: string, outside: Outside): string | null {
  try {
    return readFileSync(join(recordsDirectory(place, outside), `${deployment}.ndjson`), 'utf8');
  } catch {
    return null;
  }
}

/** The ids of the deployments that were run from this machine, oldest first. */
export function recordedDeployments(place: RecordPlace, outside: Outside): readonly string[] {
  try {
    const files = readdirSync(recordsDirectory(place, outside));
    return files
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => name.slice(0, -'.ndjson'.length))
      .sort();
  } catch {
    return [];
  }
}

function recordsDirectory({ project, stage }: RecordPlace, { env }: Outside): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
  return join(state, 'cutover', project, stage);
}
