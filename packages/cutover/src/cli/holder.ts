import type { Holder } from '../model/deployment.ts';
import type { Outside } from './outside.ts';

/** Whether the process that holds a lock is one of this machine and still runs. A number that was given again counts as running. */
export function isStillRunningHere({ by, pid }: Holder, outside: Outside): boolean {
  return machineOf(by) === machineOf(outside.by) && isRunning(pid);
}

/** Behind the last `@`: a person may have one too. */
function machineOf(by: string): string {
  return by.slice(by.lastIndexOf('@') + 1);
}

/** Signal 0 only asks. A process of another user answers that it may not be asked, and so that it is there. */
function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
