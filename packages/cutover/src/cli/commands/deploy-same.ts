import type { ReleaseRecord } from '../../model/release.ts';
import { isBuiltOnce } from '../../model/source.ts';
import { isOfUnknownRevision } from '../../plan/adoption.ts';
import { recordOf, sitesOf, type Wish } from '../../plan/job.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Planned, refused } from '../../plan/refusal.ts';
import { isSourceProblem } from '../../source/problem.ts';
import { intentOf, planFor, withRef } from '../intent.ts';
import type { Outside } from '../outside.ts';

/** The plan of a new release of the revision that is in service: what an environment that has changed needs. */
export async function planSame(wish: Wish, outside: Outside): Promise<Planned<Plan>> {
  const records = sitesOf(wish).map((site) => (site.serves === null ? null : recordOf(site, site.serves)));
  const [first] = records;
  if (!first || records.some((record) => record?.revision.id !== first.revision.id)) return unfit(whyNot(records));
  if (isOfUnknownRevision(first))
    return unfit('What is in service was built by another tool and its revision is not known: deploy without --same.');
  const { settings } = wish;
  if (isBuiltOnce(settings.source))
    return unfit(`What is built is not kept: build it once more with --ref ${first.revision.id.slice(0, 10)}.`);
  const intent = await intentOf(settings, withRef(settings.source, first.revision.id), outside);
  if (isSourceProblem(intent)) return planFor(intent, wish);
  // An artifact is what lies here now; its digest tells whether that is the same.
  if (intent.identified.revision.id !== first.revision.id)
    return unfit('The artifact here is not the one in service: deploy it without --same.');
  return planFor({ ...intent, identified: { ...intent.identified, revision: first.revision } }, wish);
}

function whyNot(records: readonly (ReleaseRecord | null)[]): string {
  return records.some((record) => record === null)
    ? 'A host serves nothing that could be deployed again: deploy without --same first.'
    : 'The hosts serve different revisions: name one with --ref.';
}

function unfit(message: string): Planned<Plan> {
  return refused([{ kind: 'unfit-revision', message }]);
}
