import type { HostFacts } from '../model/facts.ts';
import type { ByHost } from '../model/host.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Settings } from '../model/settings.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { treesIn } from './delivery.ts';
import { sitesOf, type Wish } from './job.ts';
import { prunable } from './keep.ts';

/** Releases that a deployment removes before anything arrives. The one that takes a deploy path over removes none: its owner shall first see what there is. */
export function leavingOf({ keep }: Pick<Settings, 'keep'>, { site, records }: Adoption): readonly ReleaseName[] {
  return records.length > 0 ? [] : prunable(site.facts, keep);
}

/** What goes with the releases that leave cannot be built upon. */
export function withoutTrees(facts: HostFacts, leaving: readonly ReleaseName[]): HostFacts {
  return {
    ...facts,
    trees: Object.fromEntries(Object.entries(facts.trees).filter(([name]) => !leaving.includes(name))),
  };
}

/** The trees that the next deployment will be able to build upon on each host, if this one brings `tree` and nobody changes anything until then. */
export function treesNextTime(wish: Wish, release: ReleaseName, tree: string): ByHost<readonly string[]> {
  const { settings } = wish;
  return Object.fromEntries(
    sitesOf(wish).map((site) => {
      const adoption = adoptionOf(site, settings.project);
      const facts = factsAfter(adoption, leavingOf(settings, adoption), { release, tree });
      return [site.host.name, treesIn(withoutTrees(facts, prunable(facts, settings.keep)).trees)];
    }),
  );
}

/** As far as it counts for what stays and what leaves. */
function factsAfter(
  { site: { facts } }: Adoption,
  leaving: readonly ReleaseName[],
  { release, tree }: { readonly release: ReleaseName; readonly tree: string },
): HostFacts {
  return {
    ...facts,
    current: { kind: 'release', release, exists: true },
    records: facts.records.filter(({ name }) => !leaving.includes(name)),
    trees: { ...withoutTrees(facts, leaving).trees, [release]: tree },
  };
}
