import type { Event } from './event.ts';
import { isKnownType } from './shape.ts';

/** Why a state may be less than the truth. */
export type Doubt =
  /** Events from `from` to `to` were never seen. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** An event of a type that this version does not know. */
  | { readonly kind: 'unknown-type'; readonly seq: number; readonly type: string };

/** More than this many are not kept: the first ones tell enough. */
const doubtsKept = 50;

/** The doubts after this event, which comes after the one numbered `lastSeq`. */
export function doubtsAfter(doubts: readonly Doubt[], lastSeq: number, event: Event): readonly Doubt[] {
  const found = [...gapBefore(lastSeq, event), ...unknownType(event)];
  return found.length === 0 ? doubts : [...doubts, ...found].slice(0, doubtsKept);
}

function gapBefore(lastSeq: number, event: Event): Doubt[] {
  return event.seq === lastSeq + 1 ? [] : [{ kind: 'gap', from: lastSeq + 1, to: event.seq - 1 }];
}

function unknownType(event: Event): Doubt[] {
  return isKnownType(event.type) ? [] : [{ kind: 'unknown-type', seq: event.seq, type: event.type }];
}
