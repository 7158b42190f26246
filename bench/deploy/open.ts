import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../kit/run.ts';
import type { Contender, Deployer, Place } from './contender.ts';
import { cutoverSpare } from './cutover.ts';
import { floorSpare } from './floor.ts';

/** Over a connection that somebody else has open (OpenSSH's ControlMaster), with a spare: no login is left to wait for. */
export const floorOpen: Contender = overOpen(floorSpare);

/** The same way for Cutover, which uses such a connection where the user's ssh config has one. */
export const cutoverOpen: Contender = overOpen(cutoverSpare);

function overOpen({ name, note, prepare }: Contender): Contender {
  return {
    name: name.replace('-spare', '-open'),
    note: note && `${note}, from a spare and over a connection that is open already`,
    prepare: async (place) => {
      const config = join(place.directory, 'ssh_config');
      const sockets = `/tmp/cutover-bench-${process.pid}-${name}-%n`;
      await writeFile(config, `ControlPath ${sockets}\n${await readFile(place.hosts.sshConfig, 'utf8')}`);
      const open: Place = { ...place, hosts: { ...place.hosts, sshConfig: config } };
      return { ...(await prepare(open)), ready: () => connect(open) } satisfies Deployer;
    },
  };
}

/** Anew before each deployment: the link may have another length by then. */
async function connect({ hosts, hostNames, directory, env }: Place): Promise<void> {
  for (const host of hostNames) {
    const script = 'ssh -q -F "$1" -O exit "$2"; exec ssh -F "$1" -M -N -f "$2" > /dev/null 2>&1';
    await must({ argv: ['sh', '-c', script, 'sh', hosts.sshConfig, host], cwd: directory, env });
  }
}
