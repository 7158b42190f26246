import type { HostName } from '../model/host.ts';
import type { ReleaseName } from '../model/release.ts';
import { adoptionOf, strangersAt } from './adoption.ts';
import { assemble } from './assemble.ts';
import { lateProcessNotes, oldUnitNotes } from './healing.ts';
import { holderFor, type Site, sitesOf, type Wish } from './job.ts';
import { prunable } from './keep.ts';
import { phase } from './phases.ts';
import type { Plan, Step } from './plan.ts';
import { obstaclesOf } from './preconditions.ts';
import { type Planned, type Refusal, refused } from './refusal.ts';
import { adoptRecords, renameRecords } from './steps/adopt.ts';
import { prune } from './steps/prune.ts';
import { purge, purgeNamed } from './steps/purge.ts';
import { writeShared } from './steps/write-shared.ts';

/** The plan that removes old releases, and nothing else. */
export function planPrune(wish: Wish): Planned<Plan> {
  const leavingAt = ({ facts }: Site) => prunable(facts, wish.settings.keep);
  const make = (site: Site): Step | null => {
    const releases = leavingAt(site);
    return releases.length > 0 ? prune(wish, site, { releases, removal: 'now' }) : null;
  };
  return upkeep(wish, 'prune', make, {
    first: (site) => purge(wish, site, leavingAt(site)),
    notes: lateProcessNotes(sitesOf(wish), leavingAt),
  });
}

/** The plan that removes what one release holds in caches outside its directory; it may be long gone. */
export function planPurge(wish: Wish, release: ReleaseName): Planned<Plan> {
  const serving = sitesOf(wish).filter((site) => site.serves === release);
  if (serving.length > 0) return refused(serving.map(({ host }) => ({ kind: 'in-service', host: host.name, release })));
  return upkeep(wish, 'purge', (site) => purgeNamed(wish, site, release));
}

/** The plan that takes over the releases of another tool, or of another project: it writes records and touches nothing that serves. */
export function planAdopt(wish: Wish): Planned<Plan> {
  const { project } = wish.settings;
  const make = (site: Site) =>
    adoptRecords(wish, adoptionOf(site, project)) ?? renameRecords(wish, site, strangersAt(site, project));
  if (sitesOf(wish).every((site) => make(site) === null)) return refused([{ kind: 'nothing-to-adopt' }]);
  return upkeep(wish, 'adopt', make, { notes: oldUnitNotes(sitesOf(wish), wish.settings) });
}

/** The plan that writes a file of this machine to a shared path, such as `.env`. */
export function planEnvPush(wish: Wish, file: { readonly to: string; readonly from: string }): Planned<Plan> {
  return upkeep(wish, 'env', (site) => writeShared(wish, site, file));
}

interface Beside {
  /** What is done before, and can only warn. */
  readonly first?: (site: Site) => Step | null;
  readonly notes?: readonly string[];
}

function upkeep(
  wish: Wish,
  kind: 'prune' | 'purge' | 'adopt' | 'env',
  make: (site: Site) => Step | null,
  { first = () => null, notes = [] }: Beside = {},
): Planned<Plan> {
  const sites = sitesOf(wish);
  if (sites.length === 0) return refused([{ kind: 'no-hosts' }]);
  const isTheirs = (refusal: Refusal): boolean => refusal.kind === 'other-project' && kind === 'adopt';
  const obstacles = obstaclesOf(sites, wish.settings).filter((refusal) => !isTheirs(refusal));
  if (obstacles.length > 0) return refused(obstacles);
  const each = (of: (site: Site) => Step | null) =>
    sites.map((site): readonly [HostName, readonly (Step | null)[]] => [site.host.name, [of(site)]]);
  const plan = assemble({
    wish,
    kind,
    sites,
    holder: holderFor(wish, kind, kind),
    release: null,
    revision: null,
    notes,
    phases: [
      phase({ name: 'purge', steps: each(first), waits: true, onFailure: 'warn' }),
      phase({ name: kind, steps: each(make), waits: true }),
    ],
  });
  return { ok: true, plan };
}
