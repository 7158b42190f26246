import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from '../../packages/cutover/src/shell/text.ts';
import { must, type Ran, run } from '../kit/run.ts';
import { type Contender, type Deployer, keep, type Place } from './contender.ts';
import { putSharedPaths } from './shared-paths.ts';

/** The least that the same remote work can cost over a fresh OpenSSH connection: one hand-written script, one exec. */
export const floor: Contender = floorNamed('floor', async () => {});

/** The same from a spare that was made when nobody measured. */
export const floorSpare: Contender = floorNamed('floor-spare', makeSpares);

function floorNamed(name: string, prepareNext: (place: Place, revision: string) => Promise<void>): Contender {
  return {
    name,
    note: 'the same remote work as one hand-written script in one ssh exec, with the thin pack on its stdin',
    prepare: (place) => prepareFloor(place, prepareNext),
  };
}

async function prepareFloor(
  place: Place,
  prepareNext: (place: Place, revision: string) => Promise<void>,
): Promise<Deployer> {
  await putSharedPaths(place, '.');
  const deployed: Deployed[] = [];
  return {
    deploy: async () => {
      const next = { name: String(10_000 + deployed.length), revision: await head(place) };
      const ran = await deploy(place, deployed, next);
      if (ran.code !== 0) return ran;
      deployed.push(next);
      await prepareNext(place, next.revision);
      return ran;
    },
  };
}

async function makeSpares(place: Place, revision: string): Promise<void> {
  for (const host of place.hostNames) {
    const script = join(import.meta.dirname, 'floor-spare.sh');
    const argv = ['sh', script, place.hosts.outside(host, place.deployPath), revision] as const;
    await must({ argv: [...argv], cwd: place.directory, env: place.env });
  }
}

interface Deployed {
  readonly name: string;
  readonly revision: string;
}

async function head(place: Place): Promise<string> {
  const argv = ['git', 'rev-parse', 'main'] as const;
  return (await must({ argv: [...argv], cwd: place.repository.workTree, env: place.env })).trim();
}

async function deploy(place: Place, deployed: readonly Deployed[], next: Deployed): Promise<Ran> {
  const previous = deployed.at(-1);
  const variables = {
    path: place.deployPath,
    name: next.name,
    revision: next.revision,
    previous: previous?.name ?? '',
    oldest: deployed.at(-keep)?.name ?? '',
    holder: 'bench',
  };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}\n`);
  const script = assignments.join('') + (await readFile(join(import.meta.dirname, 'floor-host.sh'), 'utf8'));
  const here = join(import.meta.dirname, 'floor-here.sh');
  const pack = join(place.directory, 'pack');
  const revisions = [next.revision, previous?.revision ?? ''];
  const { hosts, repository, env } = place;
  const args = [hosts.sshConfig, repository.workTree, pack, ...revisions, script, ...place.hostNames];
  return await run({ argv: ['sh', here, ...args], cwd: place.directory, env });
}
