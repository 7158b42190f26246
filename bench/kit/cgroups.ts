import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A share of one processor: so much of each period. */
export interface Quota {
  readonly quotaUs: number;
  readonly periodUs: number;
}

/** Makes a group of processes that have one quota together, and gives its directory; throws a sentence where that cannot be. */
export function makeGroup(name: string, quota: Quota): string {
  const group = join(hierarchy(), name);
  try {
    mkdirSync(group);
    for (const [file, text] of filesOf(group, quota)) writeFileSync(join(group, file), text, { flag: 'r+' });
    return group;
  } catch (cause) {
    removeGroup(group);
    throw new Error(`No cgroup with a quota of a processor can be made here: ${messageOf(cause)}`, { cause });
  }
}

/** Removes a group, if there is one, with all that still runs in it. */
export function removeGroup(group: string): void {
  for (let tries = 0; tries < 200 && existsSync(group); tries += 1) {
    try {
      rmdirSync(group);
    } catch {
      for (const pid of processesIn(group)) end(pid);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** The arguments that start a program in a group, and so all that it starts. */
export function startedIn(group: string, argv: readonly string[]): readonly [string, ...string[]] {
  return ['sh', '-c', 'echo 0 > "$0/cgroup.procs" && exec "$@"', group, ...argv];
}

/** Where the groups of processors are: version 1 has a place of their own, version 2 one for all. */
function hierarchy(): string {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const [, own] = mounts.find(([, , type, options]) => type === 'cgroup' && options?.split(',').includes('cpu')) ?? [];
  const [, common] = mounts.find(([, , type]) => type === 'cgroup2') ?? [];
  const found = own ?? common;
  if (found === undefined) throw new Error('No cgroup with a quota of a processor can be made here: none are mounted.');
  return found;
}

function filesOf(group: string, { quotaUs, periodUs }: Quota): readonly (readonly [name: string, text: string])[] {
  if (!existsSync(join(group, 'cpu.cfs_quota_us'))) return [['cpu.max', `${quotaUs} ${periodUs}`]];
  return [
    ['cpu.cfs_period_us', String(periodUs)],
    ['cpu.cfs_quota_us', String(quotaUs)],
  ];
}

function processesIn(group: string): readonly number[] {
  return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
