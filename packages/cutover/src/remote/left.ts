import type { Follower } from './follow.ts';
import type { Segment } from './session.ts';

/** A segment with a journal that was let go and whose end was not heard: what the next channel to its host must know. */
export interface Left {
  readonly segment: Segment;
  readonly follower: Follower;
}

/** What the channels to one host hand on to one another. */
export interface Handover {
  left: Left | null;
}

/** Whether this is the segment that was left. */
export function isLeft(handover: Handover, segment: Segment): boolean {
  return segment.journal !== null && handover.left?.segment.journal === segment.journal;
}
