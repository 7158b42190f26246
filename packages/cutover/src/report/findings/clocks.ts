import type { HostName } from '../../model/host.ts';
import { cleanWord } from '../clean.ts';
import { durationInWords } from '../words.ts';
import type { Finding } from './finding.ts';

/** Between what two moments the clock of a host may be ahead of this machine's: it tells whole seconds, and the look took its time. */
export interface ClockOfHost {
  readonly host: HostName;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Sessions, expiry times and schedules of one stage bear as much. */
const toleranceMs = 5_000;

/** A row for each host whose clock is certainly apart from that of another one. */
export function clockRows(clocks: readonly ClockOfHost[]): readonly Finding[] {
  return clocks.flatMap((clock) => {
    const apart = clocks.map((other) => ({ other, byMs: certainMs(clock, other) }));
    const most = apart.toSorted((a, b) => Math.abs(b.byMs) - Math.abs(a.byMs))[0];
    if (most === undefined || Math.abs(most.byMs) <= toleranceMs) return [];
    const way = most.byMs > 0 ? 'ahead of' : 'behind';
    return [
      {
        name: 'clocks',
        level: 'warning',
        host: clock.host,
        sentence: `Its clock is at least ${durationInWords(Math.abs(most.byMs))} ${way} that of ${cleanWord(most.other.host)}: sessions, caches and schedules that both share end earlier on one than on the other.`,
        mend: 'Let all hosts keep their time by NTP, such as with systemd-timesyncd or chrony.',
        fixes: [],
      },
    ];
  });
}

/** By how much the first is ahead at the least; negative when it is behind, 0 where they may be alike. */
function certainMs(a: ClockOfHost, b: ClockOfHost): number {
  if (a.leastMs > b.mostMs) return a.leastMs - b.mostMs;
  return a.mostMs < b.leastMs ? a.mostMs - b.leastMs : 0;
}
