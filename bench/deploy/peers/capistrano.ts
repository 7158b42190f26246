import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, run } from '../../kit/run.ts';
import { type Contender, keep, type Place } from '../contender.ts';
import { putSharedPaths } from '../shared-paths.ts';

/** Capistrano as the system has it (Debian: `apt install capistrano`), with its git plugin. */
export const capistrano: Contender = {
  name: 'capistrano',
  note: 'fetches on the host from a repository of the same machine, which costs it no round trip',
  prepare: async (place) => {
    await must({ argv: ['cap', '--version'], cwd: place.directory, env: place.env });
    await putSharedPaths(place, 'shared');
    await mkdir(join(place.directory, 'config/deploy'), { recursive: true });
    await writeFile(join(place.directory, 'Capfile'), capfile);
    await writeFile(join(place.directory, 'config/deploy.rb'), settings(place));
    await writeFile(join(place.directory, 'config/deploy/bench.rb'), servers(place));
    const cap = (task: string) => run({ argv: ['cap', 'bench', task], cwd: place.directory, env: place.env });
    return { deploy: () => cap('deploy'), rollback: () => cap('deploy:rollback') };
  },
};

const capfile = `
require 'capistrano/setup'
require 'capistrano/deploy'
require 'capistrano/scm/git'
install_plugin Capistrano::SCM::Git
`;

function settings({ deployPath, repository, hosts }: Place): string {
  return `
set :application, 'bench'
set :repo_url, '${repository.origin}'
set :branch, 'main'
set :deploy_to, '${deployPath}'
set :tmp_dir, '${hosts.mountPoint}'
set :linked_files, ['.env']
set :linked_dirs, ['storage']
set :keep_releases, ${keep}
set :ssh_options, { config: ['${hosts.sshConfig}'] }
`;
}

function servers({ hostNames }: Place): string {
  return hostNames.map((name) => `server '${name}', roles: %w[app]\n`).join('');
}
