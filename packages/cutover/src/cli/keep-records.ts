import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** How many deployments of a stage this machine remembers. */
const keptDeployments = 200;

/** Every file of a deployment begins with its id: its events, those of its resumptions, and its plan. */
const ofDeployment = /^(\d{14}-[0-9a-z]+)\./;

/** Removes what is kept of the oldest deployments, all of each; what cannot be removed stays. Files of other names are left alone. */
export function pruneRecords(directory: string, keep = keptDeployments): void {
  const files = readdirSync(directory).flatMap((name) => {
    const [, deployment] = ofDeployment.exec(name) ?? [];
    return deployment === undefined ? [] : [{ name, deployment }];
  });
  const deployments = [...new Set(files.map(({ deployment }) => deployment))].sort();
  const gone = new Set(deployments.slice(0, Math.max(0, deployments.length - keep)));
  for (const { name, deployment } of files) if (gone.has(deployment)) remove(join(directory, name));
}

function remove(path: string): void {
  try {
    rmSync(path);
  } catch {
    // The next deployment tries again.
  }
}
