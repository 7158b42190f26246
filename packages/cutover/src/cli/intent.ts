import type { Settings } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import { sitesOf, type Wish } from '../plan/job.ts';
import type { Plan } from '../plan/plan.ts';
import { type Planned, type Refusal, refused } from '../plan/refusal.ts';
import { cleanWord } from '../report/clean.ts';
import { isSourceProblem, type SourceProblem } from '../source/problem.ts';
import { identifyRevision } from '../source/resolve.ts';
import type { IdentifiedSource } from '../source/resolved.ts';
import type { Outside } from './outside.ts';

/** What is to be deployed: found and vetted while hosts are contacted, or why it cannot be found. */
export type Intent = { readonly source: Source; readonly identified: IdentifiedSource } | SourceProblem;

/** What the ref stands for. */
export async function intentOf(settings: Settings, source: Source, outside: Outside): Promise<Intent> {
  const end = outside.trace?.begin({ place: 'here', kind: 'driver', name: 'revision' });
  const identified = await (outside.ahead?.identifying(source) ?? identify(source, settings));
  end?.();
  return isSourceProblem(identified) ? identified : { source, identified };
}

function identify(source: Source, { limits }: Settings): Promise<IdentifiedSource | SourceProblem> {
  return identifyRevision(source, { signal: new AbortController().signal, limitMs: limits.connectMs });
}

/** Why such a deployment is refused whatever the hosts are. */
export function refusalIn(intent: Intent): readonly Refusal[] {
  return isSourceProblem(intent) ? [{ kind: 'unfit-revision', message: intent.message }] : [];
}

/** The plan of such a deployment, unless its revision turns out unfit. */
export async function planFor(intent: Intent, wish: Wish): Promise<Planned<Plan>> {
  if (isSourceProblem(intent)) return refused(refusalIn(intent));
  const { source, identified } = intent;
  const [{ planDeploy }, vetted] = await Promise.all([import('../plan/deploy.ts'), identified.vetting]);
  if (isSourceProblem(vetted)) return refused([{ kind: 'unfit-revision', message: vetted.message }]);
  const digest = await digestFor(intent, wish);
  if (isSourceProblem(digest)) return refused([{ kind: 'unfit-revision', message: digest.message }]);
  const { revision, tree, remainder } = identified;
  return planDeploy(wish, { source, revision, tree, remainder, digest, notes: vetted.notes });
}

/** The digest of the artifact as an archive, which is made for that only where a host can get it in no other way. */
async function digestFor(
  { source, identified }: Exclude<Intent, SourceProblem>,
  wish: Wish,
): Promise<string | null | SourceProblem> {
  if (source.kind !== 'artifact' || identified.archive !== null) return identified.archive;
  const { isArchivedFor } = await import('../plan/delivery.ts');
  if (!sitesOf(wish).some(({ facts }) => isArchivedFor(facts, identified))) return null;
  const { archiveDigest } = await import('../source/artifact-revision.ts');
  return archiveDigest(source, new AbortController().signal);
}

/** Why nothing can be meant by a ref that was named; null where none was, or where the source has refs. */
export function contradictionIn(
  options: { readonly ref?: string; readonly same?: boolean },
  source: Source,
): string | null {
  if (options.ref === undefined) return null;
  if (options.same) return 'Name a ref, or say --same: that is the revision which is in service.';
  if (source.kind !== 'artifact') return null;
  return `--ref names what git has, and this config deploys an artifact, as it lies here: ${cleanWord(source.path)}.`;
}

/** The config's source, with another ref where one was named. */
export function withRef(source: Source, ref: string | undefined): Source {
  return ref === undefined || source.kind === 'artifact' ? source : { ...source, ref };
}
