import { startMachine, whyNoMachine } from '../../packages/cutover/test/kit/machine/machine.ts';
import { deployer } from '../../packages/cutover/test/kit/machine/root.ts';
import { type Needed, putSudoers, putUnits } from '../../packages/cutover/test/kit/machine/units.ts';
import { writeSshConfig } from '../../packages/cutover/test/kit/sshd.ts';
import { cutoverFor } from './cutover.ts';
import type { Opened } from './opened.ts';

const path = '/srv/site';

/** Over ssh, as an ordinary user, on a machine of its own whose first process is a real systemd: it runs the processes behind an nginx. */
export async function nginxCutoverSystemd(directory: string): Promise<Opened> {
  const why = whyNoMachine();
  if (why !== false) throw new Error(`no machine of its own: ${why}`);
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends) await end();
  };
  const machine = await startMachine(
    { after: (end) => void ends.push(end) },
    `proxy_pass http://unix:${path}/current/app.sock; proxy_set_header Connection close;`,
  );
  const entry = { alias: 'web1', sshd: machine.sshd, lines: [`User ${deployer.name}`] };
  const config = {
    processManager: 'systemd',
    app: { process: { run: 'node server.js' } },
    stages: { bench: { path, hosts: { web1: { user: deployer.name } } } },
  };
  const env = { CUTOVER_SSH_CONFIG: writeSshConfig(directory, [entry]) };
  const activator = cutoverFor(directory, { kind: 'node', path, config, env });
  const needed = JSON.parse(await activator.cutover('units', '--json')) as Needed;
  putUnits(machine, needed);
  putSudoers(machine, needed, () => true);
  return { port: machine.port, activator: { ...activator, stop: () => Promise.resolve() }, stop };
}
