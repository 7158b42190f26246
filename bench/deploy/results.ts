import type { Counts } from '../kit/hosts.ts';

/** One deployment or command: its wall time and what the hosts saw of it. */
export interface Sample extends Counts {
  readonly seconds: number;
}

/** What one contender did in one row; `failure` says why there is no sample, or why there are no more. */
export interface Measured {
  readonly contender: string;
  readonly samples: readonly Sample[];
  readonly failure: string | null;
}

/** One link and number of hosts, with all contenders side by side. */
export interface Row {
  readonly roundTripMs: number;
  readonly hosts: number;
  readonly measured: readonly Measured[];
}

/** A command other than `deploy`, on one host. */
export interface CommandMeasured extends Measured {
  readonly command: 'rollback' | 'status' | 'releases';
  readonly roundTripMs: number;
}

/** Everything that a run of the bench found. */
export interface Results {
  readonly runs: number;
  readonly files: number;
  /** Whether the hosts had had no deployment before. */
  readonly first: boolean;
  /** How many times slower than this machine's the processors were that driver and hosts had for themselves; 1 when they shared them. */
  readonly slowness: number;
  readonly loadBefore: string;
  readonly loadAfter: string;
  readonly rows: readonly Row[];
  readonly commands: readonly CommandMeasured[];
}

/** `1 host`, `4 hosts`. */
export function hostsInWords(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`;
}
