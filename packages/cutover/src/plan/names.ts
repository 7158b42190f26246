import type { HostFacts } from '../model/facts.ts';
import { type ReleaseName, releaseNameAt } from '../model/release.ts';

/**
 * The name of a new release: the moment's, or the first second after every name that any host has ever had. A name used twice
 * would show what opcache and compiled views remember of the first.
 */
export function newReleaseName(nowMs: number, hosts: readonly HostFacts[]): ReleaseName {
  const used = hosts.flatMap((facts) => [...facts.directories, ...facts.records.map((record) => record.name)]);
  const latest = used.filter(isMoment).sort().at(-1);
  const now = releaseNameAt(nowMs);
  if (latest === undefined || latest < now) return now;
  return releaseNameAt(Math.max(epochMsOf(latest) + 1000, nowMs));
}

/** Fourteen digits that are a time: not every number is one, and none comes after the last year of four digits. */
function isMoment(name: ReleaseName): boolean {
  return /^\d{14}$/.test(name) && name < '9999' && releaseNameAt(epochMsOf(name)) === name;
}

function epochMsOf(name: ReleaseName): number {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(name) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
