import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from '../../kit/run.ts';
import { type Contender, keep, type Place } from '../contender.ts';
import { npmInstall } from '../npm.ts';
import { putSharedPaths } from '../shared-paths.ts';

const packages = ['shipit-cli@5.3.0', 'shipit-deploy@5.3.0', 'shipit-shared@4.4.2'];

/** Shipit with its deploy and shared plugins, from npm. */
export const shipit: Contender = {
  name: 'shipit',
  note: 'clones here from a repository of the same machine and sends by rsync; shared paths by shipit-shared',
  prepare: async (place) => {
    await npmInstall(place.directory, packages);
    await putSharedPaths(place, 'shared');
    await writeFile(join(place.directory, 'shipitfile.js'), shipitfile(place));
    const bin = join(place.directory, 'node_modules/.bin/shipit');
    const task = (name: string) => run({ argv: [bin, 'bench', name], cwd: place.directory, env: place.env });
    return { deploy: () => task('deploy'), rollback: () => task('rollback') };
  },
};

function shipitfile({ deployPath, repository, hostNames }: Place): string {
  const config = {
    repositoryUrl: repository.origin,
    branch: 'main',
    deployTo: deployPath,
    keepReleases: keep,
    shallowClone: true,
    shared: { dirs: ['storage'], files: ['.env'], overwrite: true },
  };
  const servers = hostNames.map((name) => `${userInfo().username}@${name}`);
  return `
module.exports = (shipit) => {
  require('shipit-deploy')(shipit);
  require('shipit-shared')(shipit);
  shipit.initConfig(${JSON.stringify({ default: config, bench: { servers } })});
};
`;
}
