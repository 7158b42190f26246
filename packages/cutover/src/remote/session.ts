import type { Readable } from 'node:stream';
import type { Effect } from '../model/effect.ts';
import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';

/** The connection to one host: an open shell that runs segments one after another. */
export interface Session {
  readonly host: HostName;
  /** How long a word to the host and back takes, in milliseconds: the shortest time that was measured; null where none was. */
  readonly turnMs: number | null;
  /**
   * Runs the steps in order until one fails that may not; resolves when all is over on the host, or when the host is lost.
   * Aborting `signal` ends the segment's process group on the host (TERM, then KILL) and gives `cancelled`.
   * Never rejects. A session that answered `lost` or `unreachable` answers so for ever. The next session that the same fleet
   * opens to the host takes the same segment as one to go on with: it attaches to what runs there, tells only what was not
   * heard, and runs it only if it never began. Any other segment first ends what an earlier session left behind.
   */
  run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null>;
  /** Ends the connection; what still runs there is ended. A connection that is lost ends nothing that has a journal. */
  close(): Promise<void>;
}

/** Consecutive steps of one host: one command on the wire. */
export interface Segment {
  /** Unique within the deployment. */
  readonly id: string;
  readonly steps: readonly SegmentStep[];
  /** Environment of the steps that name them; values never appear in script text. */
  readonly secrets: Readonly<Record<string, string>>;
  /** At most one of the steps has a payload. */
  readonly payload: SegmentPayload | null;
  /**
   * Where on the host its journal goes: the absolute path of a directory that only this segment ever has. With it the segment is
   * detached from the connection and runs at most once; null ties it to its connection.
   */
  readonly journal: string | null;
  /** Nothing of it begins before this, though it may be on its way. At once unless told. */
  readonly after?: Promise<void> | null;
  /** All that its host is to be asked for over the same connection: what recurs in that may be kept there. Nothing but its own steps unless told. */
  readonly foreseen?: () => readonly SegmentStep[];
  /** The segments that come after it on its host, unless something fails: they may be laid ready there. None unless told. */
  readonly following?: () => readonly LaterSegment[];
  /** What it prints says something only when all of it is there: it may come compressed, at its end. */
  readonly isWhole?: boolean;
}

/** What is known, before it is its turn, of a segment that has no payload. */
export type LaterSegment = Pick<Segment, 'steps' | 'secrets'>;

/** A step as a session sees it. */
export interface SegmentStep {
  readonly id: string;
  readonly script: string;
  readonly secrets: readonly string[];
  readonly effect: Effect;
  /** A failure is reported and the next step goes on. */
  readonly mayFail: boolean;
}

/** Bytes that a step finds as the file `$CUTOVER_PAYLOAD` on the host. */
export interface SegmentPayload {
  readonly bytes: number;
  /** Absolute path on the host; its directory is made if it is missing, and the file is removed after the segment. */
  readonly path: string;
  read(): Readable;
}

/** What is heard from a running segment, in order. */
export interface Progress {
  stepBegan(step: string): void;
  /** Both streams of the step, as they came; not cut at line ends. */
  stepOutput(step: string, text: string): void;
  stepEnded(step: string, code: number): void;
}

/** The connections to all hosts of a deployment. */
export interface Fleet {
  /** The host's session: the open one, or a new one when there is none or the last was lost. */
  session(host: HostName, signal: AbortSignal): Promise<Session | OpenFailure>;
  /** The driver's own machine, for steps that run `here`. */
  here(): Session;
  close(): Promise<void>;
}

/** Why a session could not be opened. */
export type OpenFailure = Extract<Failure, { kind: 'unreachable' | 'cancelled' }>;

/** Whether opening a session failed. */
export function isOpenFailure(opened: Session | OpenFailure): opened is OpenFailure {
  return 'kind' in opened;
}
