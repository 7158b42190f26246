import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../packages/cutover/test/kit/until.ts';
import { builtPackage } from '../kit/package.ts';
import { type Command, run } from '../kit/run.ts';
import { type Contender, type Deployer, keep, type Place } from './contender.ts';
import { putSharedPaths } from './shared-paths.ts';

/** Cutover itself, by the program that people start. */
export const cutover: Contender = cutoverNamed('cutover', false);

/** The same with a spare, which is ready when the next deployment begins. */
export const cutoverSpare: Contender = cutoverNamed('cutover-spare', true);

function cutoverNamed(name: string, spare: boolean): Contender {
  return { name, note: null, prepare: (place) => prepareCutover(place, spare) };
}

async function prepareCutover(place: Place, spare: boolean): Promise<Deployer> {
  const [entry, calling] = await Promise.all([builtPackage(place.directory), setUp(place, spare && { files: 0 })]);
  const command = (...args: readonly string[]) => run(calling(entry, args));
  return {
    deploy: async () => {
      const ran = await command('deploy', '--yes');
      if (spare && ran.code === 0) await sparesReady(place);
      return ran;
    },
    rollback: () => command('rollback', '--yes'),
    status: () => command('status'),
    releases: () => command('releases'),
  };
}

/** Lays the shared paths and writes the config; gives how the program `entry` is then called with a command and its options. */
export async function setUp(
  place: Place,
  spare: false | { readonly files: number },
): Promise<(entry: string, args: readonly string[]) => Command> {
  const config = join(place.directory, 'cutover.config.json');
  const text = JSON.stringify({ ...settings(place), spare }, null, 2);
  await Promise.all([writeFile(config, text), putSharedPaths(place, '.')]);
  return (entry, args) => ({
    argv: [process.execPath, entry, ...args, '--config', config, '--stage', 'bench'],
    cwd: place.repository.workTree,
    env: { ...place.env, CUTOVER_SSH_CONFIG: place.hosts.sshConfig },
  });
}

async function sparesReady({ hosts, hostNames, deployPath }: Place): Promise<void> {
  for (const host of hostNames) {
    const spares = hosts.outside(host, join(deployPath, '.cutover/spares'));
    const isReady = () => readdirSync(spares).some((name) => existsSync(join(spares, name, 'tree')));
    await until(`a spare is ready on ${host}`, isReady);
  }
}

function settings({ deployPath, hostNames, repository }: Place): object {
  const hosts = Object.fromEntries(hostNames.map((name) => [name, { address: name }]));
  return {
    project: 'bench',
    source: { type: 'git', ref: 'main', repository: repository.workTree },
    shared: { directories: ['storage'], files: ['.env'] },
    keep,
    stages: { bench: { path: deployPath, hosts } },
  };
}
