import type { AppProcess } from '../model/process.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { type Job, processesAt, type Site } from './job.ts';
import { type Activation, atSites, phase } from './phases.ts';
import type { Phase, Step } from './plan.ts';
import { lastLook } from './routine.ts';
import { activate, arm } from './steps/activate.ts';
import { settle } from './steps/fpm/settle.ts';
import { readUpstream, readUpstreamAgain, upstreamsAt } from './steps/read-upstream.ts';
import { retireProcesses } from './steps/retire-processes.ts';
import { startProcess } from './steps/start-process.ts';

/** Starts what takes requests in the new release, before it is put in service anywhere. */
function startPhase(job: Job, sites: readonly Site[]): Phase | null {
  const steps = atSites(sites, (site) => started(job, site, takesRequests));
  return phase({ name: 'start', steps, waits: true });
}

/** What puts a release in service on all these sites; `record` is that of a release that never served before, null for one that did. */
export function activationOf(job: Job, sites: readonly Site[], record: ReleaseRecord | null): Activation {
  return {
    start: startPhase(job, sites),
    lastLook: lastLook(job, sites),
    arm: atSites(sites, (site) => [arm(job, site, record)]),
    swap: atSites(sites, (site) => swapAt(job, site, record)),
  };
}

/** The swap of one host with what must stand around it: reading the new port, and workers of the new release. */
function swapAt(job: Job, site: Site, record: ReleaseRecord | null): readonly Step[] {
  const upstreams = upstreamsAt(job, site);
  return [
    ...upstreams.map((upstream) => readUpstreamAgain(job, site, upstream)),
    activate(job, site, record),
    ...[settle(job, site)].filter((step) => step !== null),
    ...upstreams.map((upstream) => readUpstream(job, site, upstream)),
    ...started(job, site, (program) => !takesRequests(program)),
  ];
}

/**
 * Ends the processes of the releases that are not in service, once nothing can be taken back any more: no host begins before all have confirmed. A config
 * that has none any more may have had some.
 */
export function retirePhase(job: Job, sites: readonly Site[]): Phase | null {
  const steps = atSites(sites, (site) =>
    processesAt(job, site).length + site.facts.processes.length > 0 ? [retireProcesses(job, site)] : [],
  );
  return phase({ name: 'drain', steps, waits: true, onFailure: 'warn' });
}

function started(job: Job, site: Site, isMeant: (program: AppProcess) => boolean): readonly Step[] {
  return processesAt(job, site)
    .filter(isMeant)
    .map((program) => startProcess(job, site, program));
}

function takesRequests({ listen }: AppProcess): boolean {
  return listen !== null;
}
