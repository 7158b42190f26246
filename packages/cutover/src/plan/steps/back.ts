import { lines, type Shell, sh } from '../../shell/text.ts';
import { type Job, processesAt, type Site } from '../job.ts';
import { readPortBack, upstreamsAt } from './read-upstream.ts';
import { stopProcess } from './start-process.ts';

/*
 * What a host does about its processes when it goes back by itself: nobody drives the undo of the other steps then.
 */

/** Makes the web server read which port is in service again; null where sockets say it by themselves. */
export function readPortsBack(job: Job, site: Site): Shell | null {
  const upstreams = upstreamsAt(job, site);
  return upstreams.length === 0 ? null : lines(...upstreams.map((upstream) => readPortBack(job, site, upstream)));
}

/** Drains and stops the processes of the release that went out of service; each by itself, so that one that fails keeps no other. */
export function stopBack(job: Job, site: Site): Shell | null {
  const programs = processesAt(job, site);
  if (programs.length === 0) return null;
  return lines(
    ...programs.map(
      (program) => sh`
        (
        ${stopProcess(job, program)}
        ) || :`,
    ),
  );
}
