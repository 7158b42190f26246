import { type AuditFacts, isIsolated, storeOf } from '../facts.ts';
import { advice, change, type Rule } from '../finding.ts';

/** What is Statamic's own. */
export const statamicRules: readonly Rule[] = [
  {
    name: 'stache-locks-shared',
    severity: 'error',
    finds: 'The lock of the Stache lies in shared storage.',
    consequence: 'While the new release warms, visitors of the live one wait, and get 503 after 30 seconds.',
    find: ({ statamic }) =>
      statamic !== null && !statamic.locksInside
        ? {
            evidence: 'storage/statamic/stache-locks lies outside the release.',
            mend: advice(
              'Do not share storage as a whole: the recipe statamic shares what must be, and leaves the locks to each release.',
            ),
          }
        : null,
  },
  {
    name: 'search-shared',
    severity: 'warning',
    finds: 'Search indexes lie in shared storage.',
    consequence: 'Updating them from the new release changes what the live one answers.',
    find: ({ statamic }) =>
      statamic !== null && !statamic.searchInside
        ? {
            evidence: 'storage/statamic/search lies outside the release.',
            mend: advice('Leave storage/statamic/search out of the shared paths: it is built anew for each release.'),
          }
        : null,
  },
  {
    name: 'glide-mismatch',
    severity: 'error',
    finds: 'Glide remembers in one place that an image was made, and keeps it in another that does not live as long.',
    consequence: 'After the switch the image is said to be there and is not: 404, for ever.',
    find({ statamic }) {
      if (!statamic?.glide.cache || statamic.glide.imagesInside === null) return null;
      if (statamic.glide.imagesInside === statamic.glide.pathsInside) return null;
      return {
        evidence: `Glide's images lie ${placeOf(statamic.glide.imagesInside)}, and what it remembers of them ${placeOf(statamic.glide.pathsInside)}.`,
        mend: advice(
          "Give both one life: shared: { directories: ['public/img'] } in the config of Cutover (or where image_manipulation.cache_path leads).",
        ),
      };
    },
  },
  {
    name: 'static-cache-mismatch',
    severity: 'error',
    finds: 'Static pages and what is known of them do not live equally long.',
    consequence: 'URLs and regions name pages that are not there: “Static cache region not found”.',
    find({ statamic }) {
      if (statamic?.static.driver !== 'file' || statamic.static.inside === null || statamic.urlsInside === null)
        return null;
      if (statamic.static.inside === statamic.urlsInside) return null;
      return {
        evidence: `The pages lie ${placeOf(statamic.static.inside)}, and the store “static_cache” ${placeOf(statamic.urlsInside)}.`,
        mend: advice(
          'Leave both to each release (storage/statamic/static-urls-cache and public/static), or share both.',
        ),
      };
    },
  },
  {
    name: 'half-measure-shared',
    severity: 'warning',
    finds: 'Pages of the half measure lie in a store that all releases share.',
    consequence: 'After the switch visitors get pages of the old release, with names of assets that are gone.',
    find(facts) {
      if (facts.statamic?.static.driver !== 'application' || isIsolated(facts, storeOf(facts, facts.cache.default)))
        return null;
      return {
        evidence: `The static caching strategy has the driver “application”, which uses the default store “${facts.cache.default}”.`,
        mend: advice(
          "Clear them when the release is live: hooks: { 'after finish': ['{{ php }} please static:clear'] }, or use isolation: 'store'.",
        ),
      };
    },
  },
  {
    name: 'content-in-release',
    severity: 'warning',
    finds: 'What the control panel edits lies inside the release.',
    consequence:
      'What is edited on the server is not in the next release, and is removed with this one. Cutover refuses to activate over such edits.',
    find({ statamic, contentInside }) {
      if (statamic === null || contentInside.length === 0) return null;
      return {
        evidence: `${contentInside.join(', ')} ${contentInside.length === 1 ? 'is' : 'are'} the release's own.`,
        mend: advice(
          'Name them in shared or in content.paths if they are edited on the server; accept this if they are only changed by deployments.',
        ),
      };
    },
  },
  {
    name: 'git-through-links',
    severity: 'error',
    finds: "Statamic's git automation is given paths that are links.",
    consequence: 'Git runs in the release and not in the content repository: commits are skipped without a word.',
    find({ statamic }) {
      if (!statamic?.git.enabled) return null;
      const path = statamic.git.paths.find(({ linked }) => linked);
      if (!path) return null;
      return {
        evidence: `statamic.git.paths has ${path.path}, which leads through a link.`,
        mend: change(
          '.env',
          '',
          'STATAMIC_GIT_CONTENT_PATH=<deploy path>/content-repository/content',
          'Name the real paths of the content repository (STATAMIC_GIT_*_PATH).',
        ),
      };
    },
  },
  {
    name: 'stache-volatile',
    severity: 'warning',
    finds: 'The store of the Stache keeps nothing.',
    consequence: 'The Stache is built anew at each request, and cannot be warmed.',
    find(facts) {
      const name = facts.statamic === null ? null : (facts.statamic.stacheStore ?? facts.cache.default);
      const driver = storeOf(facts, name)?.driver;
      if (driver !== 'array' && driver !== 'null') return null;
      return { evidence: `The store “${name}” has the driver “${driver}”.`, mend: stacheFile(facts) };
    },
  },
];

function placeOf(isInside: boolean): string {
  return isInside ? 'inside the release' : 'in shared storage';
}

function stacheFile({ cache }: AuditFacts) {
  return change(
    'config/cache.php',
    `'default' => env('CACHE_STORE', '${cache.default}')`,
    "'default' => env('CACHE_STORE', 'file')",
  );
}
