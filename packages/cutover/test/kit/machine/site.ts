import type { Lifetime } from '../../source/kit.ts';
import { type Shop, shop, succeeded } from '../shop.ts';
import { type Machine, startMachine } from './machine.ts';
import { deployer } from './root.ts';
import { type Needed, putSudoers, putUnits, systemctlOf } from './units.ts';

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

/** Where nginx finds the process, by what it listens on. */
const upstreams = { socket: 'http://unix:/srv/web1/current/app.sock', ports: 'http://shop' } as const;

/** Starts the machine, on which nothing is prepared yet, and makes the project. */
export async function siteOnMachine(
  t: Lifetime,
  manager: 'systemd' | 'systemd-user',
  listens: keyof typeof upstreams = 'socket',
): Promise<Site> {
  const machine = await startMachine(t, `proxy_pass ${upstreams[listens]}; proxy_set_header Connection close;`);
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
  const needed = async (): Promise<Needed> => {
    const asked = await site.cutover('units', '--json');
    succeeded(asked);
    return JSON.parse(asked.out) as Needed;
  };
  return {
    putUnits: async () => putUnits(machine, await needed()),
    putSudoers: async (keeps = () => true) => putSudoers(machine, await needed(), keeps),
  };
}

function looks(machine: Machine, manager: 'systemd' | 'systemd-user'): Pick<Site, 'running' | 'enabled'> {
  const wanted =
    manager === 'systemd'
      ? '/etc/systemd/system/multi-user.target.wants'
      : `${deployer.home}/.config/systemd/user/default.target.wants`;
  return {
    running: () =>
      machine
        .run(...systemctlOf(manager, 'list-units', '--plain', '--no-legend', '--state=running', 'shop-*'))
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
