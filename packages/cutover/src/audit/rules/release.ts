import { advice, change, type Rule } from '../finding.ts';

/** What empties something by its name, whatever the default store is. */
const namesItsVictim = /cache:clear\s+(?!-)\S|(?:queue|horizon):(?:clear|flush)|redis-cli|flush(?:all|db)/i;

/** Files of a release that hold its own paths. */
export const releaseRules: readonly Rule[] = [
  {
    name: 'config-cache-foreign',
    severity: 'error',
    finds: 'A compiled file in bootstrap/cache names another release.',
    consequence: 'This release would read and write in the directories of the other one, and break when it is removed.',
    find({ foreign }) {
      const [first] = foreign;
      if (!first) return null;
      return {
        evidence: `${first.file} names the release ${first.release}.`,
        mend: advice(
          'Do not copy bootstrap/cache/*.php into a release: keep it out of the repository, and the tasks fresh and config-cache in the plan.',
        ),
      };
    },
  },
  {
    name: 'bootstrap-cache-linked',
    severity: 'error',
    finds: 'bootstrap/cache is a link.',
    consequence: 'All releases would read one cached config, which names the paths of the one that wrote it last.',
    find: ({ bootstrapLinked }) =>
      bootstrapLinked
        ? {
            evidence: 'bootstrap/cache of the release is a link.',
            mend: advice('Take bootstrap/cache out of the shared paths, and out of the links in the repository.'),
          }
        : null,
  },
  {
    name: 'skeleton-missing',
    severity: 'error',
    finds: 'A directory that Laravel writes to is missing.',
    consequence: 'The first request fails: “Please provide a valid cache path”, or a session that cannot be written.',
    find: ({ missing, views }) =>
      missing.length > 0 || !views.exists
        ? {
            evidence:
              missing.length > 0
                ? `There is no ${missing.join(', no ')}.`
                : `The directory of compiled views does not exist: ${views.path ?? 'view.compiled is empty'}.`,
            mend: advice('Let the task skeleton stand in the plan, or make the directories in a hook.'),
          }
        : null,
  },
  {
    name: 'views-shared',
    severity: 'error',
    finds: 'Compiled views lie outside the release.',
    consequence: 'Compiling the views of one release deletes those of the release in service under its visitors.',
    find: ({ views, configCached }) =>
      views.exists && !views.inside
        ? {
            evidence: `view.compiled is ${views.path}${configCached ? '' : ', and the config is not cached'}.`,
            mend: change(
              'config/view.php',
              "'compiled' => realpath(storage_path('framework/views')),",
              "'compiled' => env('VIEW_COMPILED_PATH', realpath(storage_path('framework/views'))),",
              'Let config/view.php take the path that the tasks of the recipe set, and cache the config.',
            ),
          }
        : null,
  },
  {
    name: 'views-relative-hash',
    severity: 'warning',
    finds: 'view.relative_hash is on.',
    consequence:
      'Where two releases share compiled views, both take the same file for theirs, and which one is shown depends on times of files.',
    find: ({ views }) =>
      views.relativeHash && !views.inside
        ? {
            evidence: 'view.relative_hash is true, and compiled views lie outside the release.',
            mend: change('config/view.php', "'relative_hash' => true,", "'relative_hash' => false,"),
          }
        : null,
  },
  {
    name: 'composer-clears',
    severity: 'warning',
    finds: 'A script of Composer empties a store, a queue or a server by its name.',
    consequence:
      'Each build empties it for the release in service: the shield of a build only takes the place of the default store.',
    find({ clearingScripts }) {
      const one = clearingScripts.find(({ command }) => namesItsVictim.test(command));
      if (!one) return null;
      return {
        evidence: `scripts.${one.event} in composer.json has “${one.command}”.`,
        mend: advice('Take it out of the scripts: “cutover cache purge” removes what one release holds.'),
      };
    },
  },
  {
    name: 'sqlite-in-release',
    severity: 'error',
    finds: 'The database is a file inside the release.',
    consequence: 'Each deployment begins with an empty database, and what was written is removed with its release.',
    find: ({ sqlite, base }) =>
      sqlite?.inside
        ? {
            evidence: `The default database is ${sqlite.path}.`,
            mend: advice(
              `Share the file: shared: { files: ['${relative(sqlite.path, base)}'] }, and put the database there once, or an empty file, before the first deployment.`,
            ),
          }
        : null,
  },
];

function relative(path: string, base: string): string {
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
}
