import type { Lifetime } from '../../source/kit.ts';
import { type Shop, shop, succeeded } from '../shop.ts';
import { type Machine, startMachine } from './machine.ts';
import { deployer } from './root.ts';

/** A project that is deployed to a machine of its own, where systemd runs its processes behind nginx. */
export interface Site extends Shop {
  readonly machine: Machine;
  /** Puts the units on the machine that `cutover units` prints. */
  putUnits(): Promise<void>;
  /** Puts the line of sudoers there; only what of it `keeps` holds for. */
  putSudoers(keeps?: (command: string) => boolean): Promise<void>;
  /** The units that run there, in order. */
  running(): readonly string[];
  /** The units that start with the machine, in order. */
  enabled(): readonly string[];
}

/** Starts the machine, on which nothing is prepared yet, and makes the project. */
export async function siteOnMachine(t: Lifetime, manager: 'systemd' | 'systemd-user'): Promise<Site> {
  const machine = await startMachine(
    t,
    'proxy_pass http://unix:/srv/web1/current/app.sock; proxy_set_header Connection close;',
  );
  const made = await shop(t, {
    name: machine.srv,
    reach: () => Promise.resolve(machine.sshd),
    entry: () => ({ lines: [`User ${deployer.name}`] }),
    host: () => ({ path: '/srv/web1', user: deployer.name }),
  });
  const configure: Shop['configure'] = (more) => made.configure({ processManager: manager, ...more });
  return { ...made, configure, machine, ...hands(made, machine), ...looks(machine, manager) };
}

function hands(site: Shop, machine: Machine): Pick<Site, 'putUnits' | 'putSudoers'> {
  return {
    async putUnits() {
      const { units } = await needed(site);
      machine.write(Object.fromEntries(units.map(({ path, text }) => [path.replace('~', deployer.home), text])));
      machine.run('chown', '-R', deployer.name, deployer.home);
      machine.run('systemctl', 'daemon-reload');
      machine.run(...asUser('systemd-user', 'daemon-reload'));
    },
    async putSudoers(keeps = () => true) {
      const { sudoers } = await needed(site);
      const [who = '', commands = ''] = (sudoers[0]?.line ?? '').split(': ');
      const line = `${who}: ${commands.split(', ').filter(keeps).join(', ')}\n`;
      machine.write({ '/etc/sudoers.d/cutover': line });
    },
  };
}

interface Needed {
  readonly units: readonly { readonly path: string; readonly text: string }[];
  readonly sudoers: readonly { readonly line: string }[];
}

async function needed(site: Shop): Promise<Needed> {
  const asked = await site.cutover('units', '--json');
  succeeded(asked);
  return JSON.parse(asked.out) as Needed;
}

function looks(machine: Machine, manager: 'systemd' | 'systemd-user'): Pick<Site, 'running' | 'enabled'> {
  const wanted =
    manager === 'systemd'
      ? '/etc/systemd/system/multi-user.target.wants'
      : `${deployer.home}/.config/systemd/user/default.target.wants`;
  return {
    running: () =>
      machine
        .run(...asUser(manager, 'list-units', '--plain', '--no-legend', '--state=running', 'shop-*'))
        .split('\n')
        .flatMap((line) => /^shop-\S+/.exec(line)?.[0] ?? [])
        .sort(),
    enabled: () =>
      machine
        .run('ls', wanted)
        .split('\n')
        .filter((unit) => unit.startsWith('shop-')),
  };
}

/** A call of systemctl as whoever has the units. */
function asUser(manager: 'systemd' | 'systemd-user', ...words: readonly string[]): readonly string[] {
  if (manager === 'systemd') return ['systemctl', ...words];
  const { id } = deployer;
  const as = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
  return [...as, 'env', `XDG_RUNTIME_DIR=/run/user/${id}`, 'systemctl', '--user', ...words];
}
