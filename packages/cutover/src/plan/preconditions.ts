import { foreignLockFile, otherLayout, ownDir, releasesDir, sharedTarget } from '../model/layout.ts';
import type { Settings } from '../model/settings.ts';
import { strangersAt } from './adoption.ts';
import type { Site } from './job.ts';
import { isOfSharedLayout, unsharedLinks } from './linked.ts';
import type { Refusal } from './refusal.ts';

/** What forbids every change of these hosts, of each by itself and of all together. */
export function obstaclesOf(sites: readonly Site[], settings: Settings): readonly Refusal[] {
  return [...oneDirectory(sites), ...sites.flatMap((site) => obstaclesAt(site, settings))];
}

/**
 * Hosts that are one machine and one deploy path under several names. They would have one lock and one set of journals, by which what was
 * done for one of them counts as done for all.
 */
export function oneDirectory(sites: readonly Site[]): readonly Refusal[] {
  const groups = Map.groupBy(
    sites.filter(({ facts }) => facts.identity !== null),
    ({ facts }) => facts.identity,
  );
  return [...groups.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      kind: 'one-directory',
      hosts: same.map(({ host }) => host.name),
      paths: [...new Set(same.map(({ path }) => path))],
      serves: same[0]?.serves ?? null,
    }));
}

/** What forbids every change of a host: a held lock, a deploy path that cannot be used or is another project's, a `current` that is no link to a release. */
function obstaclesAt(site: Site, settings: Settings): readonly Refusal[] {
  const { project } = settings;
  return [
    lockAt(site, settings),
    foreignLockAt(site),
    pathAt(site),
    strangersRefusal(site, project),
    closedAt(site, (place) => isOwn(site, place)),
    currentAt(site),
    recordsAt(site),
  ].filter(isRefusal);
}

/** What forbids building a release on a host: no leave to write there, shared files that are missing, and a layout that is not the config's. */
export function buildObstaclesAt(site: Site, settings: Settings): readonly Refusal[] {
  return [
    closedAt(site, (place) => isBuiltIn(site, settings, place)),
    missingShared(site, settings),
    foreignLayout(site, settings) ?? misplacedShared(site, settings),
    unsharedLinks(site, settings),
  ].filter(isRefusal);
}

function isRefusal(refusal: Refusal | null): refusal is Refusal {
  return refusal !== null;
}

function lockAt({ host, facts: { lock }, takesOver }: Site, { stage, config }: Settings): Refusal | null {
  if (lock.kind === 'free' || takesOver !== null) return null;
  return { kind: 'locked', host: host.name, holder: lock.kind === 'held' ? lock.holder : null, stage, config };
}

/** Two tools would put their releases in service one over the other. */
function foreignLockAt({ host, path, facts: { foreignLock }, serves }: Site): Refusal | null {
  if (foreignLock === null) return null;
  return { kind: 'foreign-lock', host: host.name, ...foreignLock, path: foreignLockFile(path), serves };
}

function pathAt({ host, path, facts }: Site): Refusal | null {
  const found = facts.deployPath;
  if (found.kind === 'other') return { kind: 'deploy-path-unusable', host: host.name, path };
  if (found.kind === 'directory' || found.canCreate) return null;
  return { kind: 'cannot-create', host: host.name, path, user: facts.user, parent: facts.closed[0] ?? null };
}

function strangersRefusal(site: Site, project: string): Refusal | null {
  const { host, path, serves } = site;
  const owner = strangersAt(site, project)[0]?.project ?? null;
  return owner === null ? null : { kind: 'other-project', host: host.name, path, owner, project, serves };
}

function closedAt({ host, facts, serves }: Site, isMeant: (path: string) => boolean): Refusal | null {
  if (facts.deployPath.kind !== 'directory') return null;
  const closed = facts.closed.filter((place) => isMeant(place.path));
  return closed.length > 0 ? { kind: 'not-writable', host: host.name, user: facts.user, closed, serves } : null;
}

function isOwn({ path }: Site, place: string): boolean {
  return place === path || `${place}/`.startsWith(`${ownDir(path)}/`);
}

/** Where no release is made, nobody need write among the releases, nor where a shared directory is missing: a rollback is not refused for it. */
function isBuiltIn(site: Site, { shared, layout }: Settings, place: string): boolean {
  if (place === releasesDir(site.path)) return true;
  const missing = shared.filter(({ type, to }) => type === 'directory' && site.facts.shared[to] === 'missing');
  const isMadeThere = missing.some(({ to }) => sharedTarget(site.path, layout, to).startsWith(`${place}/`));
  return isMadeThere && !isOwn(site, place);
}

function currentAt({ host, facts }: Site): Refusal | null {
  if (facts.current.kind === 'real') return { kind: 'current-not-a-release', host: host.name, target: null };
  if (facts.current.kind === 'elsewhere')
    return { kind: 'current-not-a-release', host: host.name, target: facts.current.target };
  return null;
}

function recordsAt({ host, facts }: Site): Refusal | null {
  if (facts.damagedRecords.length === 0) return null;
  return { kind: 'damaged-records', host: host.name, files: facts.damagedRecords };
}

function missingShared({ host, path, facts }: Site, settings: Settings): Refusal | null {
  const files = settings.shared
    .filter((entry) => entry.type === 'file' && entry.required && facts.shared[entry.to] !== 'file')
    .filter((entry) => facts.shared[entry.to] !== 'empty' && !facts.misplaced.includes(entry.to))
    .map((entry) => sharedTarget(path, settings.layout, entry.to));
  return files.length > 0 ? { kind: 'missing-shared', host: host.name, files } : null;
}

/** A release would be linked to new, empty directories, while what visitors uploaded lies beside them. */
function misplacedShared({ host, path, facts }: Site, { layout }: Settings): Refusal | null {
  const moves = facts.misplaced.map((to) => ({
    from: sharedTarget(path, otherLayout(layout), to),
    to: sharedTarget(path, layout, to),
  }));
  return moves.length > 0 ? { kind: 'misplaced-shared', host: host.name, layout, moves } : null;
}

function foreignLayout({ host, facts }: Site, { layout }: Settings): Refusal | null {
  const found = facts.foreign.kind;
  const isShared = isOfSharedLayout(facts) && layout !== 'shared';
  return isShared ? { kind: 'other-layout', host: host.name, found, layout } : null;
}
