import { staticSite } from './plain.ts';
import { command, type Recipe, sharedDirectory, sharedFile } from './recipe.ts';

const composerInstall = command(
  '{{ composer }} install --no-dev --no-interaction --prefer-dist --optimize-autoloader',
  ['composer.json', 'composer.lock'],
);

/** A PHP application with or without Composer. */
export const php: Recipe = {
  ...staticSite,
  name: 'php',
  title: 'PHP application',
  description: 'A PHP application; with a composer.json its packages are installed in each release.',
  app: { kind: 'php', root: 'public', entry: 'public/index.php', start: null },
  proposes: { build: [composerInstall], 'before activate': [], 'after activate': [] },
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
  shared: [sharedDirectory('storage'), sharedFile('.env')],
  writable: ['bootstrap/cache'],
  assets: ['public/build'],
  isolations: ['off', 'store'],
  proposes: {
    build: [
      composerInstall,
      command('npm ci && npm run build', ['package.json', 'package-lock.json', 'vite.config.js']),
      command('npm ci && npm run build', ['package.json', 'package-lock.json', 'vite.config.ts']),
      command('{{ php }} artisan config:cache'),
      command('{{ php }} artisan route:cache'),
    ],
    'before activate': [{ ...command('{{ php }} artisan migrate --force'), once: true }],
    'after activate': [command('{{ php }} artisan queue:restart')],
  },
};

/** Statamic: a Laravel application whose content is files. */
export const statamic: Recipe = {
  ...laravel,
  name: 'statamic',
  title: 'Statamic',
  description: 'A Statamic site: what Laravel shares; content that editors change on the server must be shared too.',
  isolations: ['stache', 'store', 'off'],
  proposes: {
    ...laravel.proposes,
    build: [...laravel.proposes.build, command('{{ php }} please stache:warm', ['please'])],
    'before activate': [],
  },
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
    build: [composerInstall, command('APP_ENV=prod {{ php }} bin/console cache:warmup', ['bin/console'])],
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
