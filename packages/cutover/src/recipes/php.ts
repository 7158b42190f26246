import { staticSite } from './plain.ts';
import { command, type Recipe, sharedDirectory, sharedFile } from './recipe.ts';
import { composerTasks, laravelRoutine, noRoutine, statamicRoutine } from './tasks.ts';

/** Laravel's usual database since version 11, for who has one in a file. */
const sqlite = { ...sharedFile('database/database.sqlite'), required: false };

/**
 * Of Statamic's storage everything is shared but what is true of one release only: its own locks, indexes and lists of pages. What
 * editors change on the server is shared as well.
 */
const statamicShared = [
  'storage/app',
  'storage/framework',
  'storage/logs',
  'storage/forms',
  'storage/statamic/revisions',
  'storage/statamic/users',
  'storage/statamic/password_resets',
  'storage/statamic/oauth',
  'storage/statamic/tokens',
  'storage/statamic/glide',
  'content',
  'users',
  'public/assets',
] as const;

/** A PHP application with or without Composer. */
export const php: Recipe = {
  ...staticSite,
  name: 'php',
  title: 'PHP application',
  description: 'A PHP application; with a composer.json its packages are installed in each release.',
  app: { kind: 'php', root: 'public', entry: 'public/index.php', start: null },
  routine: { ...noRoutine, tasks: composerTasks },
};

/**
 * Laravel. `bootstrap/cache` belongs to the release: its files hold absolute paths of the release that wrote them, so
 * it is made writable and never shared.
 */
export const laravel: Recipe = {
  ...php,
  name: 'laravel',
  title: 'Laravel',
  description: 'A Laravel application: storage and .env are shared, bootstrap/cache belongs to each release.',
  shared: [sharedDirectory('storage'), sharedFile('.env'), sqlite],
  writable: ['bootstrap/cache'],
  assets: ['public/build'],
  isolations: ['off', 'store'],
  routine: laravelRoutine,
};

/** Statamic: a Laravel application whose content is files. */
export const statamic: Recipe = {
  ...laravel,
  name: 'statamic',
  title: 'Statamic',
  description: 'A Statamic site: what Laravel shares; content that editors change on the server must be shared too.',
  shared: [...statamicShared.map(sharedDirectory), sharedFile('.env'), sqlite],
  isolations: ['stache', 'store', 'off'],
  routine: statamicRoutine,
  skips: '[BOT]',
};

/** Symfony: `var/cache` belongs to the release, since the compiled container holds absolute paths. */
export const symfony: Recipe = {
  ...php,
  name: 'symfony',
  title: 'Symfony',
  description: 'A Symfony application: var/log and .env.local are shared, var/cache belongs to each release.',
  shared: [sharedDirectory('var/log'), sharedFile('.env.local')],
  writable: ['var/cache', 'var/log'],
  assets: ['public/build'],
  proposes: {
    build: [command('APP_ENV=prod {{ php }} bin/console cache:warmup', ['bin/console'])],
    'before activate': [],
    'after activate': [],
  },
};

/** WordPress with its code in the repository. */
export const wordpress: Recipe = {
  ...php,
  name: 'wordpress',
  title: 'WordPress',
  description: 'A WordPress site with its code in the repository: uploads and wp-config.php are shared.',
  app: { kind: 'php', root: null, entry: 'index.php', start: null },
  shared: [sharedDirectory('wp-content/uploads'), sharedFile('wp-config.php')],
  writable: ['wp-content/uploads'],
};
