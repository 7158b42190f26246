import type { Readable } from 'node:stream';
import type { Event } from '../events/event.ts';
import type { HostName } from '../model/host.ts';
import type { Payload } from '../model/payload.ts';
import type { Judged } from '../plan/plan.ts';
import type { Fleet } from '../remote/session.ts';

/** Everything the engine needs of the outside: it reads no clock, opens no file and prints nothing itself. */
export interface World {
  readonly fleet: Fleet;
  readonly clock: Clock;
  /** Hears every event, in order, as it happens. */
  record(event: Event): void;
  /** Resolves when that the deployment began is recorded for good; null once that is so. Nothing begins on a host before. */
  recorded?(): Promise<void> | null;
  /** Makes the bytes of a payload ready; the same payload may be asked for by many hosts. */
  payload(payload: Payload, host: HostName): Promise<OpenPayload | PayloadProblem>;
  /** Secret values by name, given to the steps that name them and masked in all output. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Says what the output of a step that is judged means; without it nothing is judged. */
  judge?(what: Judged, heard: Heard): Verdict;
  /** Aborted when the deployment shall stop; its reason is a short word such as `SIGINT`. */
  readonly cancel: AbortSignal;
  /** How long a host whose connection is lost is tried again before it counts as lost; 0 does not try. */
  readonly reconnectMs: number;
  /** At least 0, below 1. */
  random(): number;
  /** Who runs the deployment, `person@machine`. */
  readonly by: string;
}

/** What a step that is judged printed, and the code it ended with. */
export interface Heard {
  readonly host: HostName;
  readonly output: string;
  readonly code: number;
}

/** What is shown in its place, and whether the deployment ends here. */
export interface Verdict {
  readonly said: string;
  readonly refused: boolean;
}

/** Time, passed in. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `action` once after that many milliseconds; the answer takes the call back. */
  after(ms: number, action: () => void): () => void;
}

/** Bytes that are ready to be sent, as often as they are wanted. */
export interface OpenPayload {
  readonly kind: 'open';
  readonly bytes: number;
  read(): Readable;
}

/** Why the bytes could not be made: a whole sentence. */
export interface PayloadProblem {
  readonly kind: 'problem';
  readonly message: string;
}
