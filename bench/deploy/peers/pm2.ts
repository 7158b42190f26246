import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { must, run } from '../../kit/run.ts';
import type { Contender, Place } from '../contender.ts';
import { npmInstall } from '../npm.ts';

/** PM2's deployment, from npm and called without the PM2 command line around it, which would only add to its start. */
export const pm2: Contender = {
  name: 'pm2-deploy',
  note: 'changes one checkout in place: no releases, and the shared paths were linked beforehand',
  prepare: async (place) => {
    await npmInstall(place.directory, ['pm2-deploy@1.0.2']);
    const script = join(place.directory, 'deploy.cjs');
    await writeFile(script, driver(place));
    const command = (...args: string[]) => ({
      argv: ['node', script, ...args] as [string, ...string[]],
      cwd: place.repository.workTree,
      env: { ...place.env, USER: logName(place) },
    });
    return {
      setup: async () => {
        await must(command('setup')).finally(() => removeLog(place));
        await linkShared(place);
      },
      deploy: () => run(command()).finally(() => removeLog(place)),
      rollback: () => run(command('revert', '1')).finally(() => removeLog(place)),
    };
  },
};

function driver({ deployPath, repository, hostNames }: Place): string {
  const bench = { host: hostNames, repo: repository.origin, path: deployPath, ref: 'origin/main' };
  return `
const { deployForEnv } = require('pm2-deploy');
deployForEnv(${JSON.stringify({ bench })}, 'bench', process.argv.slice(2), (error) => process.exit(error ? 1 : 0));
`;
}

async function linkShared(place: Place): Promise<void> {
  for (const host of place.hostNames) {
    const path = place.hosts.outside(host, place.deployPath);
    await mkdir(join(path, 'shared/storage'), { recursive: true });
    await writeFile(join(path, 'shared/.env'), 'APP_ENV=bench\n');
    await symlink('../shared/storage', join(path, 'source/storage'));
    await symlink('../shared/.env', join(path, 'source/.env'));
  }
}

/** Its log is always `/tmp/pm2-deploy-$USER.log`: a name of our own lets us remove it. */
function logName(place: Place): string {
  return `cutover-bench-${process.pid}-${basename(place.directory)}`;
}

async function removeLog(place: Place): Promise<void> {
  await rm(join('/tmp', `pm2-deploy-${logName(place)}.log`), { force: true });
}
