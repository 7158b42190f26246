import { jsonOf } from '../model/json.ts';
import type { Event } from './event.ts';
import { isEnvelope, isEvent, isKnownType } from './shape.ts';

/** The version of the line format; every line says it, so that each can be understood alone. */
export const lineFormat = 1;

/** What was read of a record of events. */
export interface Decoded {
  readonly events: readonly Event[];
  readonly unread: readonly Unread[];
}

/** A line that could not be read, counted from 1, and why. */
export type Unread =
  /** The last line has no end: whoever wrote it was interrupted. */
  | { readonly kind: 'truncated'; readonly line: number }
  | { readonly kind: 'not-json'; readonly line: number }
  | { readonly kind: 'not-an-event'; readonly line: number }
  | { readonly kind: 'newer-format'; readonly line: number; readonly format: number }
  | { readonly kind: 'unknown-type'; readonly line: number; readonly type: string };

/** One event as one line of JSON, its end included. */
export function encodeEvent(event: Event): string {
  return `${JSON.stringify({ format: lineFormat, ...event })}\n`;
}

/** The events of a record, and what of it could not be read; nothing is guessed at. Never throws. */
export function decodeEvents(text: string): Decoded {
  const rows = text.split('\n');
  const lines = rows.map((row, index) => decodeLine(row, index + 1, index === rows.length - 1));
  return {
    events: lines.filter((line): line is Event => line !== null && 'seq' in line),
    unread: lines.filter((line): line is Unread => line !== null && !('seq' in line)),
  };
}

function decodeLine(row: string, line: number, isLast: boolean): Event | Unread | null {
  if (row.trim() === '') return null;
  const value = jsonOf(row);
  if (value === undefined) return { kind: isLast ? 'truncated' : 'not-json', line };
  if (!isEnvelope(value)) return { kind: 'not-an-event', line };
  const { format, ...event } = value as typeof value & { readonly format?: unknown };
  if (typeof format === 'number' && format > lineFormat) return { kind: 'newer-format', line, format };
  if (!isKnownType(event.type)) return { kind: 'unknown-type', line, type: event.type };
  const whole = event.type === 'deployment.started' ? value : event;
  return isEvent(whole) ? whole : { kind: 'not-an-event', line };
}
