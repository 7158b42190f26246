import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtPackage } from '../kit/package.ts';
import { run } from '../kit/run.ts';
import { type Contender, keep, type Place } from './contender.ts';
import { putSharedPaths } from './shared-paths.ts';

/** Cutover itself, by the program that people start. */
export const cutover: Contender = {
  name: 'cutover',
  note: null,
  prepare: async (place) => {
    const [entry] = await Promise.all([builtPackage(place.directory), putSharedPaths(place, '.')]);
    const config = join(place.directory, 'cutover.config.json');
    await writeFile(config, JSON.stringify(settings(place), null, 2));
    const command = (name: string, ...args: string[]) =>
      run({
        argv: [process.execPath, entry, name, '--config', config, '--stage', 'bench', ...args],
        cwd: place.repository.workTree,
        env: { ...place.env, CUTOVER_SSH_CONFIG: place.hosts.sshConfig },
      });
    return {
      deploy: () => command('deploy', '--yes'),
      rollback: () => command('rollback', '--yes'),
      status: () => command('status'),
      releases: () => command('releases'),
    };
  },
};

function settings({ deployPath, hostNames, repository }: Place): unknown {
  const hosts = Object.fromEntries(hostNames.map((name) => [name, { address: name }]));
  return {
    project: 'bench',
    source: { type: 'git', ref: 'main', repository: repository.workTree },
    shared: { directories: ['storage'], files: ['.env'] },
    keep,
    stages: { bench: { path: deployPath, hosts } },
  };
}
