import type { TaskPoint } from '../model/task.ts';
import type { Job, Site } from './job.ts';
import { atSites, phase } from './phases.ts';
import type { Phase, Step } from './plan.ts';
import { auditRelease } from './steps/audit.ts';
import { refreshCaches, warmCaches } from './steps/caches.ts';
import { drift, markContent } from './steps/content.ts';
import { pullContent } from './steps/content-repository.ts';
import { markLive, refuseEdits } from './steps/edits.ts';
import { purgeNamed } from './steps/purge.ts';
import { restart, stragglers } from './steps/restart.ts';
import { task } from './steps/task.ts';
import { makeWritable } from './steps/writable.ts';

/** What the recipe builds, shielded from the caches of the release in service. */
export function built(job: Job, sites: readonly Site[]): readonly (Phase | null)[] {
  return [phase({ name: 'packages', steps: atSites(sites, (site) => at(job, site, 'build')) })];
}

/**
 * From a built release to one that could serve: its own config, the audit of what that comes to, what is compiled from it, the
 * database, and its caches, each in a place of its own.
 */
export function prepared(job: Job, sites: readonly Site[]): readonly (Phase | null)[] {
  const [first] = sites;
  return [
    phase({ name: 'cache', steps: atSites(sites, (site) => at(job, site, 'cache')) }),
    phase({ name: 'audit', steps: atSites(sites, (site) => [auditRelease(job, site)]) }),
    phase({ name: 'compile', steps: atSites(sites, (site) => at(job, site, 'compile')) }),
    phase({ name: 'migrate', steps: atSites(first ? [first] : [], (site) => at(job, site, 'migrate')), waits: true }),
    phase({ name: 'warm', steps: atSites(sites, (site) => warmed(job, site)), waits: true }),
  ];
}

function warmed(job: Job, site: Site): readonly (Step | null)[] {
  const work = [...warmCaches(job, site), ...at(job, site, 'warm')];
  if (work.length + at(job, site, 'compile').length === 0) return [pullContent(job, site)];
  return [pullContent(job, site), markContent(job, site), ...work, madeWritableAgain(job, site)];
}

/** What was warmed belongs to whoever deploys, and is written by the web server. */
function madeWritableAgain(job: Job, site: Site): Step | null {
  const made = makeWritable(job, site);
  return made && { ...made, id: 'writable-again', title: 'let the web server write to what was warmed' };
}

/** An old release knows nothing of what was saved while it was not in service. */
export function refreshed(job: Job, sites: readonly Site[]): readonly (Phase | null)[] {
  const isStale = job.wish.settings.isolation === 'store';
  return [
    // What the application cached there is as old as its last moment in service. An unreachable server must not keep anybody from going back.
    phase({
      name: 'stale',
      steps: atSites(isStale ? sites : [], (site) => [purgeNamed(job.wish, site, job.release)]),
      onFailure: 'warn',
    }),
    phase({
      name: 'refresh',
      steps: atSites(sites, (site) => [
        pullContent(job, site),
        auditRelease(job, site),
        markContent(job, site),
        ...refreshCaches(job, site),
        ...at(job, site, 'refresh'),
      ]),
    }),
  ];
}

/** The last look before the swap: content that has changed since it was warmed, and edits that would be lost; and what is remembered to know later ones. */
export function lastLook(job: Job, sites: readonly Site[]): Phase | null {
  return phase({
    name: 'drift',
    steps: atSites(sites, (site) => [refuseEdits(job, site, 'last'), drift(job, site), markLive(job, site)]),
  });
}

/** What can only warn, since the release is live: workers that must restart, pages that are warmed. */
export function told(job: Job, sites: readonly Site[]): readonly (Phase | null)[] {
  return [
    phase({
      name: 'restart',
      steps: atSites(sites, (site) => [restart(job, site), stragglers(job, site)]),
      waits: true,
      onFailure: 'warn',
    }),
    phase({ name: 'pages', steps: atSites(sites, (site) => at(job, site, 'finish')), onFailure: 'warn' }),
  ];
}

function at(job: Job, site: Site, point: TaskPoint): readonly Step[] {
  return job.wish.settings.routine.tasks.filter((one) => one.point === point).map((one) => task(job, site, one));
}
