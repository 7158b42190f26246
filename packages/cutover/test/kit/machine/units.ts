import type { Machine } from './machine.ts';
import { deployer } from './root.ts';

/** What `cutover units --json` prints. */
export interface Needed {
  readonly units: readonly { readonly path: string; readonly text: string }[];
  readonly sudoers: readonly { readonly line: string }[];
}

/** Puts the units on the machine. */
export function putUnits(machine: Machine, { units }: Needed): void {
  machine.write(Object.fromEntries(units.map(({ path, text }) => [path.replace('~', deployer.home), text])));
  machine.run('chown', '-R', deployer.name, deployer.home);
  machine.run('systemctl', 'daemon-reload');
  machine.run(...systemctlOf('systemd-user', 'daemon-reload'));
}

/** Puts the line of sudoers there; of its commands those that it `keeps`. */
export function putSudoers(machine: Machine, { sudoers }: Needed, keeps: (command: string) => boolean): void {
  const [who = '', commands = ''] = (sudoers[0]?.line ?? '').split(': ');
  machine.write({ '/etc/sudoers.d/cutover': `${who}: ${commands.split(', ').filter(keeps).join(', ')}\n` });
}

/** A call of systemctl as whoever has the units. */
export function systemctlOf(manager: 'systemd' | 'systemd-user', ...words: readonly string[]): readonly string[] {
  if (manager === 'systemd') return ['systemctl', ...words];
  const { id } = deployer;
  const as = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
  return [...as, 'env', `XDG_RUNTIME_DIR=/run/user/${id}`, 'systemctl', '--user', ...words];
}
