import { globSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process of this machine runs: one that only waits to be reaped does not. Asked of the kernel: a table of all processes is slow. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when none of them runs; rejects when that takes longer than any sound machine needs. */
export async function allGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (!pids.some(isRunning)) return;
    await sleep(50);
  }
  throw new Error(`Still running: ${pids.filter(isRunning).join(', ')}`);
}

/** The processes that this one started and whose command line holds `text`. */
export function ownChildren(text: string): readonly number[] {
  return childrenOf(process.pid, text);
}

/** The processes that `parent` started and whose command line holds `text`. */
export function childrenOf(parent: number, text = ''): readonly number[] {
  return globSync(`/proc/${parent}/task/*/children`)
    .flatMap((file) => read(file).split(' '))
    .filter((pid) => pid !== '' && commandOf(pid).includes(text))
    .map(Number);
}

function commandOf(pid: string): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** Nothing, of a process that is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
