import type { ReleaseName } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { assemble } from './assemble.ts';
import { type Content, type Delivery, deliveryTo } from './delivery.ts';
import { healedIntrusionNotes } from './healing.ts';
import { holderFor, type Job, type Site, sitesOf, type Wish } from './job.ts';
import { leavingOf, withoutTrees } from './leaving.ts';
import { newReleaseName } from './names.ts';
import { atSites, confirmation, hookPhases, phase, putInService } from './phases.ts';
import type { Plan, Step } from './plan.ts';
import { refusalsNow } from './readiness.ts';
import { type Planned, type Refusal, refused } from './refusal.ts';
import { built, prepared, told } from './routine.ts';
import { activationOf, retirePhase } from './running.ts';
import { adoptRecords } from './steps/adopt.ts';
import { carryAssets } from './steps/assets.ts';
import { confirm } from './steps/confirm.ts';
import { cloneContent } from './steps/content-repository.ts';
import { create, readyRecord } from './steps/create.ts';
import { refuseEdits } from './steps/edits.ts';
import { askInactive } from './steps/fpm/ask.ts';
import { link } from './steps/link.ts';
import { writeOverlay } from './steps/overlay.ts';
import { placeProof } from './steps/proof.ts';
import { prune, removalFor } from './steps/prune.ts';
import { purge } from './steps/purge.ts';
import { receive } from './steps/receive.ts';
import { recordCaches } from './steps/record-caches.ts';
import { noteReusable, reuse } from './steps/reuse.ts';
import { skeleton } from './steps/skeleton.ts';
import { makeSpare } from './steps/spare.ts';
import { verify } from './steps/verify.ts';
import { makeWritable } from './steps/writable.ts';

/** What a deployment is to bring. */
export interface Wanted extends Content {
  readonly revision: Revision;
  /** What resolving it found worth saying: whole sentences. */
  readonly notes: readonly string[];
}

/** The plan of a deployment: a new release beside the live one on every host, proven, then put in service. */
export function planDeploy(wish: Wish, wanted: Wanted): Planned<Plan> {
  const adoptions = sitesOf(wish).map((site) => adoptionOf(site, wish.settings.project));
  const refusals: readonly Refusal[] = adoptions.length === 0 ? [{ kind: 'no-hosts' }] : refusalsNow(wish);
  if (refusals.length > 0) return refused(refusals);
  const job = jobOf(wish, adoptions, wanted);
  const destinations = adoptions.map((adoption) => destinationOf(wish, adoption, wanted));
  return { ok: true, plan: decided(job, destinations, [...wanted.notes, ...healedIntrusionNotes(sitesOf(wish))]) };
}

interface Destination extends Adoption {
  /** Releases that are removed before anything arrives. */
  readonly leaving: readonly ReleaseName[];
  readonly delivery: Delivery;
}

function decided(job: Job, destinations: readonly Destination[], notes: readonly string[]): Plan {
  const sites = destinations.map((destination) => destination.site);
  const activated = putInService(job, activationOf(job, sites, readyRecord(job)));
  return assemble({
    wish: job.wish,
    kind: 'deploy',
    sites,
    holder: job.holder,
    release: job.release,
    revision: job.revision,
    notes,
    phases: [
      phase({
        name: 'adopt',
        steps: each(destinations, (destination) => [adoptRecords(job.wish, destination)]),
      }),
      phase({
        name: 'prune',
        steps: each(destinations, ({ site, leaving }) => [
          purge(job.wish, site, leaving),
          pruneFor(job, site, leaving),
        ]),
        onFailure: 'warn',
      }),
      ...hookPhases(job, 'before', 'prepare'),
      phase({ name: 'prepare', steps: each(destinations, (destination) => prepare(job, destination)) }),
      ...hookPhases(job, 'after', 'prepare'),
      ...built(job, sites),
      ...hookPhases(job, 'before', 'build'),
      ...hookPhases(job, 'after', 'build'),
      ...prepared(job, sites),
      ...hookPhases(job, 'before', 'verify'),
      phase({
        name: 'verify',
        steps: atSites(sites, (site) => [
          carryAssets(job, site),
          ...noteReusable(job, site),
          verify(job, site),
          askInactive(job, site),
          placeProof(job, site),
        ]),
      }),
      ...hookPhases(job, 'after', 'verify'),
      ...activated,
      ...confirmation(job, sites, {
        activated,
        confirmed: (site) => confirm(job, site, readyRecord(job)),
      }),
      retirePhase(job, sites),
      ...told(job, sites),
      ...hookPhases(job, 'before', 'finish'),
      ...hookPhases(job, 'after', 'finish'),
      phase({ name: 'spare', steps: each(destinations, (to) => [spareFor(job, to)]), onFailure: 'warn' }),
    ],
  });
}

function each(destinations: readonly Destination[], make: (destination: Destination) => readonly (Step | null)[]) {
  return destinations.map((destination) => [destination.site.host.name, make(destination)] as const);
}

function prepare(job: Job, { site, delivery }: Destination): readonly (Step | null)[] {
  return [
    refuseEdits(job, site, 'first'),
    create(job, site),
    recordCaches(job, site),
    receive(job, site, delivery),
    cloneContent(job, site),
    link(job, site),
    writeOverlay(job, site),
    skeleton(job, site),
    makeWritable(job, site),
    ...reuse(job, site),
  ];
}

function pruneFor(job: Job, site: Site, leaving: readonly ReleaseName[]): Step | null {
  const removal = removalFor(site.facts);
  const isWanted = leaving.length > 0 || (removal === 'now' && site.facts.isRemoving);
  return isWanted ? prune(job.wish, site, { releases: leaving, removal }) : null;
}

/** Made from the objects that the host's repository has: nothing that was changed in a release can be in it. */
function spareFor(job: Job, { site, delivery }: Destination): Step | null {
  return delivery.kind === 'pack' || delivery.kind === 'fetch' ? makeSpare(job, site) : null;
}

function jobOf(wish: Wish, adoptions: readonly Adoption[], wanted: Wanted): Job {
  const release = newReleaseName(
    wish.nowMs,
    adoptions.map(({ site }) => site.facts),
  );
  return {
    wish,
    release,
    revision: wanted.revision,
    previous: Object.fromEntries(adoptions.map(({ site }) => [site.host.name, site.serves])),
    holder: holderFor(wish, 'deploy', release),
  };
}

function destinationOf(wish: Wish, adoption: Adoption, wanted: Wanted): Destination {
  const { facts, host } = adoption.site;
  const leaving = leavingOf(wish.settings, adoption);
  const delivery = deliveryTo(withoutTrees(facts, leaving), wanted);
  if (delivery.kind === 'no-delivery')
    throw new TypeError(`${host.name} was not refused although nothing leads there.`);
  return { ...adoption, leaving, delivery };
}
