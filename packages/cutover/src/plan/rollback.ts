import type { ReleaseName } from '../model/release.ts';
import { assemble } from './assemble.ts';
import { holderFor, type Job, type Site, servedRecord, sitesOf, type Wish } from './job.ts';
import { goodTargets, rollbackTargets } from './keep.ts';
import { atSites, confirmation, hookPhases, phase, putInService } from './phases.ts';
import type { Plan } from './plan.ts';
import { obstaclesOf } from './preconditions.ts';
import { type Planned, type Refusal, refused } from './refusal.ts';
import { refreshed, told } from './routine.ts';
import { activationOf, retirePhase } from './running.ts';
import { carryAssets } from './steps/assets.ts';
import { confirm } from './steps/confirm.ts';
import { askInactive } from './steps/fpm/ask.ts';
import { placeProof } from './steps/proof.ts';
import { verifyTarget } from './steps/verify-target.ts';

/**
 * The plan of a rollback: a release that served before is put in service again, on all hosts. Without a name it is the one
 * that served last and that nobody rolled back from. The release that is left is marked as bad.
 */
export function planRollback(wish: Wish, name: ReleaseName | null): Planned<Plan> {
  const sites = sitesOf(wish);
  if (sites.length === 0) return refused([{ kind: 'no-hosts' }]);
  const obstacles = obstaclesOf(sites, wish.settings);
  if (obstacles.length > 0) return refused(obstacles);
  const target = name === null ? commonTarget(sites) : namedTarget(sites, name);
  if (typeof target !== 'string') return refused(target);
  return { ok: true, plan: decided(wish, sites, target) };
}

function commonTarget(sites: readonly Site[]): ReleaseName | readonly Refusal[] {
  const without = sites.filter((site) => goodTargets(site.facts).length === 0);
  if (without.length > 0) return without.map(noEarlier);
  const targets = Object.fromEntries(
    sites.flatMap((site) =>
      goodTargets(site.facts)
        .slice(0, 1)
        .map(({ name }) => [site.host.name, name]),
    ),
  );
  const [only, ...others] = new Set(Object.values(targets));
  if (only !== undefined && others.length === 0) return only;
  return [{ kind: 'hosts-differ', targets, common: inCommon(sites) }];
}

function noEarlier({ host, facts }: Site): Refusal {
  return { kind: 'no-earlier-release', host: host.name, bad: rollbackTargets(facts).map(({ name }) => name) };
}

/** The first release that every host serves or could go back to; null where they have none in common. */
function inCommon(sites: readonly Site[]): ReleaseName | null {
  const [names = [], ...others] = sites.map(({ serves, facts }) => [
    serves,
    ...goodTargets(facts).map(({ name }) => name),
  ]);
  return (
    names.find(
      (name) => others.every((known) => known.includes(name)) && !sites.every(({ serves }) => serves === name),
    ) ?? null
  );
}

function namedTarget(sites: readonly Site[], name: ReleaseName): ReleaseName | readonly Refusal[] {
  if (sites.every((site) => site.serves === name)) return [{ kind: 'already-serving', release: name }];
  const refusals = sites.flatMap((site) => unfit(site, name));
  return refusals.length > 0 ? refusals : name;
}

function unfit(site: Site, name: ReleaseName): readonly Refusal[] {
  const targets = rollbackTargets(site.facts).map((record) => record.name);
  if (site.serves === name || targets.includes(name)) return [];
  const kind = site.facts.directories.includes(name) ? 'never-served' : 'no-such-release';
  return [{ kind, host: site.host.name, release: name, known: targets }];
}

function decided(wish: Wish, sites: readonly Site[], target: ReleaseName): Plan {
  const moving = sites.filter((site) => site.serves !== target);
  const job = jobOf(wish, moving, target);
  const activated = putInService(job, activationOf(job, moving, null));
  return assemble({
    wish,
    kind: 'rollback',
    sites: moving,
    holder: job.holder,
    release: target,
    revision: job.revision,
    phases: [
      phase({ name: 'verify', steps: atSites(moving, (site) => [verifyTarget(job, site), carryAssets(job, site)]) }),
      ...refreshed(job, moving),
      phase({ name: 'ask', steps: atSites(moving, (site) => [askInactive(job, site), placeProof(job, site)]) }),
      ...activated,
      ...confirmation(job, moving, {
        activated,
        confirmed: (site) => confirm(job, site, null),
      }),
      retirePhase(job, moving),
      ...told(job, moving),
      ...hookPhases(job, 'before', 'finish'),
      ...hookPhases(job, 'after', 'finish'),
    ],
  });
}

function jobOf(wish: Wish, sites: readonly Site[], target: ReleaseName): Job {
  const first = sites[0];
  if (!first) throw new TypeError('A rollback needs a host that serves something else.');
  return {
    wish,
    release: target,
    revision: servedRecord(first, target).revision,
    previous: Object.fromEntries(sites.map((site) => [site.host.name, site.serves])),
    holder: holderFor(wish, 'rollback', target),
  };
}
