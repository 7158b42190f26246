import { median } from '../kit/statistics.ts';
import type { Measured, Results, Row } from './results.ts';

/** Something that Cutover is to reach, and whether this run shows it. */
export interface Target {
  readonly aim: string;
  readonly state: 'reached' | 'not reached' | 'not measured';
  /** The numbers that it was judged by. */
  readonly evidence: string;
}

/** Judges a run by what Cutover is to reach. */
export function targetsOf(results: Results): readonly Target[] {
  if (results.first) return [fasterThanPeers(results)];
  return [
    nearTheFloor(results),
    fasterThanPeers(results),
    hostsInParallel(results),
    oneConnectionEach(results),
    fewBytes(results),
  ];
}

function nearTheFloor({ rows }: Results): Target {
  const aim = 'at most 1.3 × the floor at 50 ms on one host';
  const row = rows.find((each) => each.roundTripMs === 50 && each.hosts === 1);
  const ratio = row && quotient(secondsOf(row, 'cutover'), secondsOf(row, 'floor'));
  return judged(aim, ratio, (value) => ({ isReached: value <= 1.3, evidence: `${value.toFixed(2)} ×` }));
}

function fasterThanPeers({ rows }: Results): Target {
  const aim = 'faster than every peer in every row';
  const isWhole = rows.every((row) => secondsOf(row, 'cutover') !== undefined);
  const ratios = rows.flatMap(timesOfPeers);
  const closest = isWhole && ratios.length > 0 ? Math.min(...ratios) : undefined;
  return judged(aim, closest, (value) => ({
    isReached: value > 1,
    evidence: `the closest of ${ratios.length} comparisons takes ${value.toFixed(2)} × Cutover's time`,
  }));
}

/** The times of the peers that were measured in a row, in multiples of Cutover's. */
function timesOfPeers(row: Row): readonly number[] {
  const peers = row.measured.filter(({ contender }) => !/^(?:cutover|floor)\b/.test(contender));
  const own = secondsOf(row, 'cutover');
  return peers.map((peer) => quotient(medianSeconds(peer), own)).filter((ratio) => ratio !== undefined);
}

/** Judged at the longest round trip, where waiting and not the shared processors is what takes the time. */
function hostsInParallel({ rows }: Results): Target {
  const aim = '4 hosts at most 1.25 × one host';
  const far = Math.max(...rows.map((row) => row.roundTripMs));
  const at = (hosts: number) => rows.find((row) => row.roundTripMs === far && row.hosts === hosts);
  const [one, four] = [at(1), at(4)];
  const ratio = (name: string) => one && four && quotient(secondsOf(four, name), secondsOf(one, name));
  const ofFloor = ratio('floor');
  return judged(aim, ratio('cutover'), (value) => ({
    isReached: value <= 1.25,
    evidence: `${value.toFixed(2)} × at ${far} ms${ofFloor === undefined ? '' : `; the floor itself ${ofFloor.toFixed(2)} ×`}`,
  }));
}

function oneConnectionEach({ commands }: Results): Target {
  const aim = 'rollback, status and releases with one connection each';
  const own = commands.filter(({ contender, samples }) => contender === 'cutover' && samples.length > 0);
  if (own.length < 3) return { aim, state: 'not measured', evidence: '' };
  const most = own.map(({ command, samples }) => ({ command, most: Math.max(...samples.map((s) => s.connections)) }));
  const isReached = most.every((each) => each.most === 1);
  const evidence = most.map((each) => `${each.command} ${each.most}`).join(', ');
  return { aim, state: isReached ? 'reached' : 'not reached', evidence };
}

/** All of it counted: the login, what is sent and what is answered. */
function fewBytes({ rows }: Results): Target {
  const own = rows
    .filter(({ hosts }) => hosts === 1)
    .flatMap(({ measured }) =>
      measured.filter(({ contender, samples }) => contender.startsWith('cutover') && samples.length > 0),
    );
  const most = own.map(({ samples }) => median(samples.map(({ bytes }) => bytes / 1000)));
  return judged(
    'at most 25 kB on the wire to one host',
    most.length === 0 ? undefined : Math.max(...most),
    (value) => ({
      isReached: value <= 25,
      evidence: `${value.toFixed(1)} kB`,
    }),
  );
}

/** The median of a contender's wall times in a row; undefined when there are none. */
export function secondsOf(row: Row, contender: string): number | undefined {
  const found = row.measured.find((each) => each.contender === contender);
  return found && medianSeconds(found);
}

/** The median wall time; undefined without samples. */
export function medianSeconds({ samples }: Measured): number | undefined {
  return samples.length === 0 ? undefined : median(samples.map((each) => each.seconds));
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function judged(
  aim: string,
  value: number | undefined,
  judge: (value: number) => { readonly isReached: boolean; readonly evidence: string },
): Target {
  if (value === undefined) return { aim, state: 'not measured', evidence: '' };
  const { isReached, evidence } = judge(value);
  return { aim, state: isReached ? 'reached' : 'not reached', evidence };
}
