import { isDeepStrictEqual } from 'node:util';
import { quote } from '../shell/text.ts';
import { Follower } from './follow.ts';
import { Replay } from './replay.ts';
import { Running } from './running.ts';
import { refusalOf, segmentScript } from './script.ts';
import type { Progress, Segment } from './session.ts';
import type { Wire } from './wire.ts';

/** The number that a runner gives the segment that it begins with; those that are sent to it count from 1. */
const openingSeq = 0;

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
 * The segment as a runner begins with it, in text for it; null when it has to be sent after the greeting: what a runner begins with may be
 * remembered, so it holds no secrets, and data has no place there.
 */
export function openingText(segment: Segment, nonce: string): string | null {
  const isBare = segment.payload === null && segment.journal === null && Object.keys(segment.secrets).length === 0;
  if (!isBare || refusalOf(segment) !== null) return null;
  const script = String(segmentScript(segment, openingNonce(nonce)));
  const packs = segment.isWhole ? 'test -z "$gzip" || script="$script | gzip -c"; ' : '';
  return `seq=${openingSeq}; script=${quote(script)}; ${packs}launch; script=`;
}
