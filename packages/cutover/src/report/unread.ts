import type { Unread } from '../events/ndjson.ts';

/** A line of a record that could not be read, and why. */
export function unreadSentence(unread: Unread): string {
  switch (unread.kind) {
    case 'truncated':
      return `Line ${unread.line} of the record has no end: whoever wrote it was interrupted.`;
    case 'newer-format':
    case 'unknown-type':
      return `Line ${unread.line} of the record was written by a newer version of Cutover and is left out.`;
    case 'not-json':
    case 'not-an-event':
      return `Line ${unread.line} of the record cannot be understood and is left out.`;
  }
}
