import { posix } from 'node:path/posix';
import type { DeploymentId } from './deployment.ts';
import type { ReleaseName } from './release.ts';
import type { Layout } from './settings.ts';

/*
 * Where everything lies below a deploy path: DESIGN.md's picture of a host, written once. Deploy paths are absolute and
 * have no slash at their end; all answers are absolute unless they say otherwise.
 */

/** The link to the release in service. */
export function currentLink(deployPath: string): string {
  return posix.join(deployPath, 'current');
}

/** The directory of all releases. */
export function releasesDir(deployPath: string): string {
  return posix.join(deployPath, 'releases');
}

/** One release. */
export function releaseDir(deployPath: string, name: ReleaseName): string {
  return posix.join(releasesDir(deployPath), name);
}

/** What `current` holds when the release is in service: relative, so that a moved deploy path still works. */
export function currentTarget(name: ReleaseName): string {
  return posix.join('releases', name);
}

/** The lock of Deployer, which is there for as long as somebody deploys by it, and after a deployment of it that died. */
export function foreignLockFile(deployPath: string): string {
  return posix.join(deployPath, '.dep/deploy.lock');
}

/** What Cutover knows of its releases: one record each. */
export function recordsDir(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'releases');
}

/** What a release holds in caches of its own, as JSON beside its record. */
export function cachesFile(deployPath: string, name: ReleaseName): string {
  return posix.join(recordsDir(deployPath), `${name}.caches`);
}

/** When a release went live for the first time, as the time of an empty file beside its record. */
export function liveFile(deployPath: string, name: ReleaseName): string {
  return posix.join(recordsDir(deployPath), `${name}.live`);
}

/** Releases that are gone and whose caches are still to be purged: what each holds, as JSON. */
export function owedDir(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'owed');
}

/** In which run of the host, by its boot id, the swap of a link was last tried and did what it must. */
export function rehearsedFile(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'rehearsed');
}

/** Shell text that deployments need every time, by its digest: kept so that it is not sent each time. */
export function lessonsDir(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'lessons');
}

/** The lock: held while this directory exists. */
export function lockDir(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'lock');
}

/** Who holds the lock, as JSON. */
export function holderFile(deployPath: string): string {
  return posix.join(lockDir(deployPath), 'holder');
}

/** Written every few seconds while the deployment that holds the lock lives. */
export function heartbeatFile(deployPath: string): string {
  return posix.join(lockDir(deployPath), 'heartbeat');
}

/** The id of the step that the deployment which holds the lock was in last. */
export function stepFile(deployPath: string): string {
  return posix.join(lockDir(deployPath), 'step');
}

/** What is there only while the deployment has the lock: whoever takes the lock over renames it, so that no late write of the former owner can succeed. */
export function holdDir(deployPath: string, deployment: DeploymentId): string {
  return posix.join(lockDir(deployPath), `hold.${deployment}`);
}

/** What guards an activation until it is confirmed. */
export function guardDir(deployPath: string, deployment: DeploymentId): string {
  return posix.join(ownDir(deployPath), 'runs', deployment, 'guard');
}

/** The bare repository that revisions are sent or fetched into. */
export function repository(deployPath: string): string {
  return posix.join(ownDir(deployPath), 'repo.git');
}

/** Refs to the trees of releases in that repository begin so. */
export const releaseRefs = 'refs/cutover/releases/';

/** The ref that keeps the tree of a release. */
export function releaseRef(name: ReleaseName): string {
  return `${releaseRefs}${name}`;
}

/** Where what is sent to a deployment arrives. */
export function incomingDir(deployPath: string, deployment: DeploymentId): string {
  return posix.join(ownDir(deployPath), 'incoming', deployment);
}

/** What is kept for people: what could not be understood, and what a deployment that died may have written over. Relative to the deploy path. */
export const asideDir = '.cutover/aside';

/** The journals of a deployment's segments: one directory each, by the segment's id. */
export function runsDir(deployPath: string, deployment: DeploymentId): string {
  return posix.join(ownDir(deployPath), 'runs', deployment);
}

/** Names the process that removes what was put aside, while it runs. Relative to the deploy path. */
export const removerFile = '.cutover/remover';

/** How many kilobytes the largest release had that was removed last. Relative to the deploy path. */
export const weightFile = '.cutover/weight';

/** One line of JSON for each deployment that has ended here. Relative to the deploy path. */
export const historyFile = '.cutover/history.ndjson';

/** What is known of one process of a release. Relative to the deploy path. */
export function processDir(release: ReleaseName, process: string): string {
  return posix.join('.cutover/processes', release, process);
}

/** What is known of a directory of dependencies in a release, for the next one to take it over. Relative to the deploy path. */
export function reuseNote(release: ReleaseName, directory: string): string {
  return `.cutover/releases/${release}.reuse-${directory.replaceAll('/', '%')}`;
}

/** Is there when the release took the directory from the one before. Relative to the deploy path. */
export function reuseMark(release: ReleaseName, directory: string): string {
  return `${reuseNote(release, directory)}.taken`;
}

/** A shared path, by its `to`. */
export function sharedTarget(deployPath: string, layout: Layout, to: string): string {
  return posix.join(sharedDir(deployPath, layout), to);
}

/** The layout that keeps shared paths elsewhere than this one. */
export function otherLayout(layout: Layout): Layout {
  return layout === 'shared' ? 'envoyer' : 'shared';
}

/** Where the layout keeps shared paths. */
function sharedDir(deployPath: string, layout: Layout): string {
  return layout === 'shared' ? posix.join(deployPath, 'shared') : deployPath;
}

/** Everything that is Cutover's own. */
export function ownDir(deployPath: string): string {
  return posix.join(deployPath, '.cutover');
}
