import { hasServed, type ReleaseName, type ReleaseRecord } from '../model/release.ts';
import { recordOf, type Site } from './job.ts';

/** What is taken over at one host: records to write (none where nothing is), and the site as it is with them. */
export interface Adoption {
  readonly site: Site;
  readonly records: readonly ReleaseRecord[];
}

/** Releases of another tool that served and are not known yet; a host where Cutover deployed before has none. */
export function adoptionOf(site: Site, project: string): Adoption {
  const { facts } = site;
  const isKnown = facts.records.some(hasServed);
  const served = facts.foreign.kind === 'none' ? [] : facts.foreign.served;
  const inService = site.serves !== null && !isKnown ? [site.serves] : [];
  const names = isKnown
    ? []
    : [...new Set([...served, ...inService])].filter(
        (name) => facts.directories.includes(name) && recordOf(site, name) === null,
      );
  const records = names.map((name) => ({ ...recordFor(site, name), project }));
  return { site: { ...site, facts: { ...facts, records: [...facts.records, ...records] } }, records };
}

/** Other tools do not tell reliably what their releases hold. */
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
  const { kind } = site.facts.foreign;
  const tool = kind === 'none' ? 'another tool' : kind;
  return {
    format: 1,
    name,
    revision: {
      id: unknownId,
      ref: unknownId,
      branch: null,
      author: '',
      message: `built by ${tool}`,
      committedAt: null,
    },
    deployment: 'adopted',
    by: tool,
    adoptedFrom: tool,
    states: [{ state: name === site.serves ? 'live' : 'retired', at: timeOf(name) ?? site.facts.clock }],
  };
}

/** The time that a timestamp name tells. */
function timeOf(name: ReleaseName): string | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(name) ?? [];
  return year === undefined ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
