import { secretsText, segmentScript } from './script.ts';
import type { Segment } from './session.ts';

/** One run of a segment on one channel: its number there, and the word that marks its steps, which no other segment has. */
export interface Run {
  readonly seq: number;
  readonly nonce: string;
}

/** A segment as the runner reads it, up to its payload: tied to the connection, or detached with a journal. Nothing of it runs before `go`. */
export function runFrame(segment: Segment, run: Run): string {
  const script = secretsText(segment) + segmentScript(segment, run.nonce).toString();
  const order = `${run.seq} ${Buffer.byteLength(script)}`;
  const header = segment.journal === null ? `run ${order}` : `detach ${order}\n${segment.journal}\n${run.nonce}`;
  return `${header}\n${segment.payload?.path ?? ''}\n${script}`;
}

/** Teaches the runner what segments with a journal need. */
export function learnFrame(text: string): string {
  return `learn ${Buffer.byteLength(text)}\n${text}`;
}

/** Attaches to a segment that was sent by another channel, whose journal was heard up to this byte. */
export function attachFrame(seq: number, journal: string, heard: number): string {
  return `attach ${seq} ${heard}\n${journal}\n`;
}

/** Ends a segment that was sent by another channel, or sees to it that it never begins. */
export function settleFrame(journal: string): string {
  return `settle\n${journal}\n`;
}

/** So many bytes of payload, announced. */
export function dataFrame(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes]);
}

/** Ends the payload. */
export const endOfData = 'end\n';

/** Starts the segment that was sent. */
export const go = 'go\n';

/** Takes the segment that was sent back. */
export const drop = 'drop\n';

/** Says that the driver is there; each beat has another number. May come between the chunks of a payload. */
export function beatFrame(beat: number): string {
  return `beat ${beat}\n`;
}

/** Stops the segment that runs. */
export function stopFrame(seq: number): string {
  return `stop ${seq}\n`;
}

/** Says that the segment's end was heard. */
export function seenFrame(seq: number): string {
  return `seen ${seq}\n`;
}

/** Ends what runs, whatever it is tied to, and the runner. */
export const bye = 'bye\n';
