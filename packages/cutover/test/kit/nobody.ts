import { chmodSync, chownSync } from 'node:fs';
import { userInfo } from 'node:os';

const nobody = 65534;

/** The login shell of somebody who is not root, also where root runs the tests: for root nothing is forbidden. */
export const shellOfNobody: readonly string[] =
  userInfo().uid === 0
    ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--no-new-privs', '/bin/sh']
    : ['/bin/sh'];

/** Gives a directory to whom such a shell belongs. */
export function giveToNobody(path: string): void {
  if (userInfo().uid === 0) chownSync(path, nobody, nobody);
  chmodSync(path, 0o755);
}

/** Takes a directory from them: they can read it and no more. */
export function takeFromNobody(path: string): void {
  if (userInfo().uid === 0) chownSync(path, 0, 0);
  chmodSync(path, 0o555);
}
