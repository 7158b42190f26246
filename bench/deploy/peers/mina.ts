import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, type Ran } from '../../kit/run.ts';
import { type Contender, keep, type Place } from '../contender.ts';
import { putSharedPaths } from '../shared-paths.ts';

/** Mina 1 as the system has it (`gem install mina`; Debian's package lacks a file): one script for each host over one ssh. It knows one host, so it is called for each in turn. */
export const mina: Contender = {
  name: 'mina',
  note: 'fetches on the host from a repository of the same machine; several hosts one after the other; no flush, no way back but the release before',
  prepare: async (place) => {
    await putSharedPaths(place, 'shared');
    await writeFile(join(place.directory, 'deploy.rb'), settings(place));
    const call = (task: string) => onEach(place, task);
    return {
      setup: async () => void (await call('setup')),
      deploy: () => call('deploy'),
      rollback: () => call('rollback'),
    };
  },
};

async function onEach({ hostNames, directory, env }: Place, task: string): Promise<Ran> {
  const began = performance.now();
  const output: string[] = [];
  for (const host of hostNames)
    output.push(
      await must({
        argv: ['mina', task, '-f', 'deploy.rb'],
        cwd: directory,
        env: { ...env, MINA_HOST: host },
      }),
    );
  return { code: 0, ms: performance.now() - began, output: output.join('') };
}

function settings({ deployPath, repository }: Place): string {
  return `
require 'mina/deploy'
require 'mina/git'

set :domain, ENV['MINA_HOST']
set :port, nil
set :deploy_to, '${deployPath}'
set :repository, '${repository.origin}'
set :branch, 'main'
set :shared_dirs, ['storage']
set :shared_files, ['.env']
set :keep_releases, ${keep}

task :deploy do
  deploy do
    invoke :'git:clone'
    invoke :'deploy:link_shared_paths'
    invoke :'deploy:cleanup'
  end
end
`;
}
