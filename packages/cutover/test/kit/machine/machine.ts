import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lifetime, workspace, write } from '../../source/kit.ts';
import { freePort } from '../nginx.ts';
import type { Sshd } from '../sshd.ts';
import { type Boot, boot, whyNoBoot } from './boot.ts';
import { deployer, makeRoot } from './root.ts';
import { makeServers, makeUnits } from './servers.ts';

/** A machine whose first process is a real systemd, which runs an sshd and an nginx. */
export interface Machine {
  /** Where its /srv lies out here; it belongs to the ordinary user. */
  readonly srv: string;
  readonly sshd: Sshd;
  /** The port of its nginx. */
  readonly port: number;
  /** Runs a program in it as root, and answers what that printed, however it ended. */
  run(...argv: readonly string[]): string;
  /** Writes files of it, by their absolute paths. */
  write(files: Readonly<Record<string, string>>): void;
  /** Cuts its power and starts it again, with what is on its disk. */
  restart(): Promise<void>;
}

/** Why there can be no machine here; false where there can. */
export function whyNoMachine(): string | false {
  const needed = ['/lib/systemd/systemd', '/usr/bin/dbus-daemon', '/usr/bin/sudo', '/usr/sbin/sshd', '/usr/sbin/nginx'];
  const missing = needed.find((path) => !existsSync(path));
  if (missing !== undefined) return `there is no ${missing}`;
  if (!lstatSync('/bin').isSymbolicLink()) return 'programs do not all lie in /usr';
  return whyNoBoot() ?? false;
}

/** Starts one; `location` is what its nginx does with each request. */
export async function startMachine(t: Lifetime, location: string): Promise<Machine> {
  const ends: (() => unknown)[] = [];
  const directory = workspace({ after: (end) => void ends.push(end) });
  let running: Boot | null = null;
  t.after(async () => {
    await running?.cut();
    for (const end of ends) await end();
  });
  const root = join(directory, 'root');
  const srv = join(directory, 'srv');
  const ports = { ssh: await freePort(), web: await freePort() };
  makeRoot(root);
  makeUnits(join(directory, 'units'));
  makeServers(root, { ports, location });
  mkdirSync(srv);
  chownSync(srv, deployer.id, deployer.id);
  const power = async (): Promise<void> => {
    running = await boot(directory);
  };
  await power();
  return {
    srv,
    port: ports.web,
    sshd: {
      port: ports.ssh,
      directory,
      identity: join(root, 'etc/ssh/client'),
      hostKey: readFileSync(join(root, 'etc/ssh/host.pub'), 'utf8').split(' ').slice(0, 2).join(' '),
      pid: 0,
      stop: () => Promise.resolve(),
    },
    run: (...argv) => runIn(running, argv),
    write: (files) => write(root, files),
    async restart() {
      await running?.cut();
      await power();
    },
  };
}

function runIn(running: Boot | null, argv: readonly string[]): string {
  const { stdout, stderr } = spawnSync('nsenter', ['-t', String(running?.pid), '-a', ...argv], { encoding: 'utf8' });
  return stdout + stderr;
}
