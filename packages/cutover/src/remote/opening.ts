import { isDeepStrictEqual } from 'node:util';
import { Follower } from './follow.ts';
import { Replay } from './replay.ts';
import { Running } from './running.ts';
import { refusalOf, segmentScript } from './script.ts';
import type { Progress, Segment } from './session.ts';
import type { Wire } from './wire.ts';

/** The number that a runner gives the segment that it begins with; those that are sent to it count from 1. */
const openingSeq = 0;

/** With it, the whole command stays below the 9,000 bytes that Dropbear takes: it would refuse the login otherwise. */
export const longestWord = 6495;

/** A segment that a runner begins with unasked, on the driver's side: kept until somebody asks for it. */
export class Opening {
  readonly running: Running;
  readonly segment: Segment;
  readonly #replay = new Replay();

  constructor(segment: Segment, nonce: string, wire: Wire) {
    this.segment = segment;
    const run = { seq: openingSeq, nonce: openingNonce(nonce), joins: null };
    this.running = new Running({ segment, ...run, follower: new Follower(segment, run, this.#replay) }, wire);
  }

  /** Whether to run this segment would be to run the same once more. */
  isSame(segment: Segment): boolean {
    return isDeepStrictEqual(segment, this.segment);
  }

  /** Lets it be heard, from its beginning. */
  tellTo(progress: Progress): void {
    this.#replay.tellTo(progress);
  }
}

/** Its steps are marked by another word than what the runner says itself. */
function openingNonce(nonce: string): string {
  return `${nonce}0`;
}

/**
 * The segment as a runner takes it along, in one word; null when it has to be sent after the greeting: secrets would be
 * seen in the command, and data has no place there.
 */
export function openingWord(segment: Segment, nonce: string): string | null {
  const isBare = segment.payload === null && segment.journal === null && Object.keys(segment.secrets).length === 0;
  if (!isBare || refusalOf(segment) !== null) return null;
  const word = printfFormat(String(segmentScript(segment, openingNonce(nonce))));
  return word.length > longestWord ? null : word;
}

/**
 * The format from which `printf` makes exactly this text, without NUL. It is printable ASCII, and no login shell reads anything in
 * it when it stands in single quotes: csh ends them at a line's end and expands `!`, fish reads \' and \\ there.
 */
export function printfFormat(text: string): string {
  const named = text.replaceAll('%', '%%').replaceAll(/[\\'!\t\r]|[^\n -~]+/g, octal);
  return named.replaceAll('\n', '\\n');
}

function octal(characters: string): string {
  return [...Buffer.from(characters)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
