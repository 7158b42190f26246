import { builderIn, hasDeployed } from '../model/intrusion.ts';
import { hasServed, type ReleaseName, type ReleaseRecord } from '../model/release.ts';
import { recordOf, type Site } from './job.ts';
import { lastMomentLive, momentAfter } from './keep.ts';

/** What is taken over at one host: records to write (none where nothing is), and the site as it is with them. */
export interface Adoption {
  readonly site: Site;
  readonly records: readonly ReleaseRecord[];
}

/** Releases of another tool that served and are not known yet; of a host where Cutover deployed before, only what was put in service behind its back. */
export function adoptionOf(site: Site, project: string): Adoption {
  const { facts } = site;
  const served = facts.foreign.kind === 'none' || hasDeployed(facts) ? [] : facts.foreign.served;
  const inService = site.serves === null ? [] : [site.serves];
  const names = [...new Set([...served, ...inService])].filter(
    (name) => facts.directories.includes(name) && recordOf(site, name) === null,
  );
  const records = names.map((name) => ({ ...recordFor(site, name), project }));
  return { site: { ...site, facts: { ...facts, records: [...facts.records, ...records] } }, records };
}

/** Not all tools tell what their releases hold. */
const unknownId = 'unknown';

/** Whether it is not known what a release holds, since another tool built it. */
export function isOfUnknownRevision({ revision }: ReleaseRecord): boolean {
  return revision.id === unknownId;
}

/** Releases of another project that serve or served: what never did makes a deploy path nobody's. */
export function strangersAt(
  { facts, serves }: Pick<Site, 'facts' | 'serves'>,
  project: string,
): readonly ReleaseRecord[] {
  const theirs = facts.records.filter((record) => record.project !== null && record.project !== project);
  return theirs.filter((record) => hasServed(record) || record.name === serves);
}

function recordFor(site: Site, name: ReleaseName): Omit<ReleaseRecord, 'project'> {
  const { foreign } = site.facts;
  const id = (foreign.kind === 'none' ? null : foreign.revisions[name]) ?? unknownId;
  const tool = builderIn(site.facts);
  return {
    format: 1,
    name,
    revision: {
      id,
      ref: unknownId,
      branch: null,
      author: '',
      message: `built by ${tool}`,
      committedAt: null,
    },
    deployment: 'adopted',
    by: tool,
    adoptedFrom: tool,
    states: [{ state: name === site.serves ? 'live' : 'retired', at: sinceWhen(site, name) }],
  };
}

/** What was put in service behind Cutover's back came later than all that is recorded, whatever its name and the clock say. */
function sinceWhen({ facts }: Site, name: ReleaseName): string {
  const at = timeOf(name) ?? facts.clock;
  const last = lastMomentLive(facts.records);
  return last === null || at > last ? at : momentAfter(last);
}

/** The time that a timestamp name tells. */
function timeOf(name: ReleaseName): string | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
