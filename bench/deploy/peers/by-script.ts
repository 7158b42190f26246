import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../kit/run.ts';
import type { Deployer, Place } from '../contender.ts';

/** Deploys by a script of `sh` that is given the next release's name, in the work tree. */
export async function byScript(place: Place, text: string): Promise<Deployer> {
  const script = join(place.directory, 'deploy.sh');
  await writeFile(script, text);
  let count = 0;
  return {
    deploy: () => {
      count += 1;
      return run({ argv: ['sh', script, String(10_000 + count)], cwd: place.repository.workTree, env: place.env });
    },
  };
}
