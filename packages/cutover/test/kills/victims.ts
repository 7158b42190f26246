import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, isRunning } from '../kit/processes.ts';
import type { Running } from './running.ts';
import type { Site } from './site.ts';

/** What can be struck. */
export const victims = ['driver', 'ssh', 'sshd', 'runner', 'supervisor', 'steps', 'link'] as const;

/** One of them. */
export type Victim = (typeof victims)[number];

/** The processes that are struck as this victim, as `kill` takes them: a group is a negative number. All were started by the test, or by what it started. */
export function processesOf(
  { shop }: Site,
  { pid }: Running,
  at: { readonly victim: Victim; readonly host: string },
): readonly number[] {
  const sessions = (): readonly number[] => childrenOf(shop.sshd(at.host).pid);
  switch (at.victim) {
    case 'driver':
      return [pid];
    case 'ssh':
      return childrenOf(pid, at.host);
    case 'sshd':
      return sessions();
    case 'runner':
      return sessions().flatMap((session) => childrenOf(session));
    case 'supervisor':
      return journalled(shop.path(at.host), 'supervisor');
    case 'steps':
      return journalled(shop.path(at.host), 'group').map((group) => -group);
    case 'link':
      return [];
  }
}

/** What runs detached on a host. */
export function detachedOn(path: string): readonly number[] {
  return [...journalled(path, 'supervisor'), ...journalled(path, 'group')];
}

/** The same of one kind, by the journals that have no status yet: a process id, and last on the line when it began. */
function journalled(path: string, file: 'supervisor' | 'group'): readonly number[] {
  return globSync(join(path, '.cutover/runs/*/*', file))
    .filter((found) => !existsSync(join(found, '../status')))
    .map((found) => textOf(found).trim().split(' '))
    .filter((words) => words.length > 1 && bornAt(words[0]) === words.at(-1) && isRunning(Number(words[0])))
    .map(([pid]) => Number(pid));
}

/** A later process may have the number of an earlier one. */
function bornAt(pid = ''): string | undefined {
  return textOf(`/proc/${pid}/stat`).replace(/.*\) /s, '').split(' ')[19];
}

/** Empty where it is gone by now: a process that has ended, a journal that was put aside. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
