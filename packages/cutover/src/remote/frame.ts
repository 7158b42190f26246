import { secretsText, segmentScript } from './script.ts';
import type { Segment } from './session.ts';

/** One run of a segment on one channel: the word that marks its output, and its number there. */
export interface Run {
  readonly nonce: string;
  readonly seq: number;
}

/** A segment as the runner reads it, up to its payload. Nothing of it runs before `go`. */
export function runFrame(segment: Segment, run: Run): string {
  const secrets = secretsText(segment);
  const script = segmentScript(segment, run).toString();
  const header = `run ${run.seq} ${Buffer.byteLength(secrets)} ${Buffer.byteLength(script)}`;
  return `${header}\n${segment.payload?.path ?? ''}\n${secrets}${script}`;
}

/** Announces so many bytes of payload. */
export function dataFrame(bytes: number): string {
  return `data ${bytes}\n`;
}

/** Ends the payload. */
export const endOfData = 'end\n';

/** Starts the segment that was sent. */
export const go = 'go\n';

/** Takes the segment that was sent back. */
export const drop = 'drop\n';

/** Stops the segment that runs. */
export function stopFrame(seq: number): string {
  return `stop ${seq}\n`;
}

/** Says that the segment's end was heard. */
export function seenFrame(seq: number): string {
  return `seen ${seq}\n`;
}
