import type { ReleaseName } from '../../model/release.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { askCaches, cacheSecrets, keepsCachesOutside } from '../purge/asking.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { staysFunction } from './leaving.ts';
import { inServiceFunction } from './swap.ts';

/**
 * Removes what releases that leave hold in caches outside their directories: exactly their keys. It stands before their removal, for
 * their own config says which keys those are; what earlier purges could not do is done too. Null where there is nothing to do.
 */
export function purge(wish: Wish, site: Site, leaving: readonly ReleaseName[]): Step | null {
  const releases = [...new Set([...leaving, ...site.facts.owed])].filter((release) => release !== site.serves);
  if (releases.length === 0 || !keepsCachesOutside(wish.settings)) return null;
  return purgeStep(wish, site, {
    releases,
    choose: sh`
      ${staysFunction(wish.settings, site)}
      CUTOVER_RELEASES=
      for release in ${releases}; do
        if stays "$release"; then continue; fi
        CUTOVER_RELEASES="$CUTOVER_RELEASES $release"
      done
      export CUTOVER_RELEASES`,
  });
}

/** The same for one release that somebody named, whether it is kept or long gone. */
export function purgeNamed(wish: Wish, site: Site, release: ReleaseName): Step {
  return purgeStep(wish, site, {
    releases: [release],
    choose: sh`
      ${inServiceFunction}
      in_service
      [ "$serves" != ${release} ] || { echo "${sh`${release}`} is in service: its caches are not purged."; exit 1; }`,
  });
}

function purgeStep(
  wish: Wish,
  site: Site,
  { releases, choose }: { readonly releases: readonly ReleaseName[]; readonly choose: ReturnType<typeof sh> },
): Step {
  const { settings } = wish;
  const kept = site.facts.records.map((record) => record.name).filter((name) => !releases.includes(name));
  return step({
    id: 'purge',
    title: `purge the caches of ${releases.length === 1 ? (releases[0] ?? '') : `${releases.length} releases`}`,
    effect: { kind: 'purge', releases },
    script: lines(
      underLock(site.path, wish.deployment),
      choose,
      askCaches(site.host, settings, { do: 'purge', releases, kept, live: site.serves }),
    ),
    limitMs: settings.limits.transferMs,
    secrets: cacheSecrets(settings.caches),
    undo: noUndo('A cache that was purged fills again by itself; none of a release in service is touched.'),
  });
}
