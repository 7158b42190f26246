import type { HostName } from '../model/host.ts';
import { cleanWord } from './clean.ts';

/** Milliseconds as a figure for a column: `0.4 s`, `12 s`, `2:05 min`, `1:02 h`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${twoDigits(Math.floor(seconds / 60) % 60)} h`;
}

/** Milliseconds as they stand in a sentence: `0.4 seconds`, `1 minute`, `10 minutes 5 seconds`, `5 hours`. */
export function durationInWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 10)
    return `${String(Math.round(Math.max(0, ms) / 100) / 10)} ${ms > 950 && ms < 1050 ? 'second' : 'seconds'}`;
  if (seconds < 60) return `${seconds} seconds`;
  if (seconds >= 3 * 3600) return `${Math.round(seconds / 3600)} hours`;
  const minutes = count(Math.floor(seconds / 60), 'minute');
  return seconds % 60 === 0 ? minutes : `${minutes} ${count(seconds % 60, 'second')}`;
}

/** Milliseconds between two ISO 8601 moments. */
export function msBetween(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

/** `1 host`, `3 hosts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** More hosts than this that have the same to say are not told of one by one. */
export const mostNamed = 8;

/** `web1`, `web1 and web2`, `web1, web2 and 6 more hosts`: at most `most` names. */
export function hostList(hosts: readonly HostName[], most = mostNamed): string {
  const names = hosts.map(cleanWord);
  if (names.length > most) return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more hosts`;
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** How long ago something happened at an ISO 8601 moment: `2 hours ago`, `yesterday`. One that is still to come was told by a clock that is ahead. */
export function ago(at: string, nowMs: number): string {
  const aheadMs = Date.parse(at) - nowMs;
  if (Number.isNaN(aheadMs)) return '';
  const [unit, number] = inUnits(aheadMs);
  if (aheadMs <= 0) return fromNow(number, unit);
  return unit === 'second' ? fromNow(0, unit) : `${count(number, unit)} ahead`;
}

/** The ISO 8601 moment of something that happened, for a sentence: `2026-11-29 03:16 UTC (11 minutes ago)`. */
export function moment(at: string, nowMs: number): string {
  const when = ago(at, nowMs);
  return `${minute(at)} (${when.endsWith(' ahead') ? `by a clock that is ${when}, or more` : when})`;
}

/** A moment to come, for a sentence: `2026-11-29 03:16 UTC (in 11 minutes)`. */
export function momentToCome(atMs: number, nowMs: number): string {
  const [unit, number] = inUnits(atMs - nowMs);
  return `${minute(new Date(atMs).toISOString())} (${fromNow(number, unit)})`;
}

/** An ISO 8601 moment to the minute: `2026-11-29 03:16 UTC`. */
export function minute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function inUnits(ms: number): readonly [Intl.RelativeTimeFormatUnitSingular, number] {
  const seconds = ms / 1000;
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return [unit, Math.trunc(seconds / size)];
}

function fromNow(number: number, unit: Intl.RelativeTimeFormatUnitSingular): string {
  return new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' }).format(number, unit);
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnitSingular, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
