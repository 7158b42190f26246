import type { HostName } from '../model/host.ts';
import { adoptionOf } from './adoption.ts';
import { assemble } from './assemble.ts';
import { holderFor, type Site, sitesOf, type Wish } from './job.ts';
import { prunable } from './keep.ts';
import { phase } from './phases.ts';
import type { Plan, Step } from './plan.ts';
import { obstaclesAt } from './preconditions.ts';
import { type Planned, refused } from './refusal.ts';
import { adoptRecords } from './steps/adopt.ts';
import { prune } from './steps/prune.ts';
import { writeShared } from './steps/write-shared.ts';

/** The plan that removes old releases, and nothing else. */
export function planPrune(wish: Wish): Planned<Plan> {
  const { settings, deployment } = wish;
  return upkeep(wish, 'prune', (site) => {
    const releases = prunable(site.facts, settings.keep);
    return releases.length > 0 ? prune(site, releases, { deployment, limitMs: settings.limits.transferMs }) : null;
  });
}

/** The plan that takes over the releases of another tool: it writes records and touches nothing that serves. */
export function planAdopt(wish: Wish): Planned<Plan> {
  const adoptions = sitesOf(wish).map(adoptionOf);
  if (adoptions.every((adoption) => adoption.records.length === 0)) return refused([{ kind: 'nothing-to-adopt' }]);
  return upkeep(wish, 'adopt', (site) => adoptRecords(wish, adoptionOf(site)));
}

/** The plan that writes a file of this machine to a shared path, such as `.env`. */
export function planEnvPush(wish: Wish, file: { readonly to: string; readonly from: string }): Planned<Plan> {
  return upkeep(wish, 'env', (site) => writeShared(wish, site, file));
}

function upkeep(wish: Wish, kind: 'prune' | 'adopt' | 'env', make: (site: Site) => Step | null): Planned<Plan> {
  const sites = sitesOf(wish);
  if (sites.length === 0) return refused([{ kind: 'no-hosts' }]);
  const obstacles = sites.flatMap(obstaclesAt);
  if (obstacles.length > 0) return refused(obstacles);
  const steps = sites.map((site): readonly [HostName, readonly (Step | null)[]] => [site.host.name, [make(site)]]);
  const plan = assemble({
    wish,
    kind,
    sites,
    holder: holderFor(wish, kind, kind),
    release: null,
    revision: null,
    phases: [phase({ name: kind, steps, waits: true })],
  });
  return { ok: true, plan };
}
