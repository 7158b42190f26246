import { dependencies, isTakenOver } from '../model/dependencies.ts';
import type { Routine, Task, TaskPoint } from '../model/task.ts';

/** An application about which nothing is known. */
export const noRoutine: Routine = {
  tasks: [],
  shield: {},
  environment: {},
  directories: [],
  links: [],
  own: [],
  mixed: [],
  content: [],
  audited: null,
};

function task(point: TaskPoint, name: string, parts: Pick<Task, 'title' | 'run'> & Partial<Task>): Task {
  return { name, point, needs: null, doneBy: null, limitMs: null, reuses: null, ...parts };
}

function artisan(point: TaskPoint, command: string, title: string): Task {
  return task(point, command.replace(/ .*/, '').replaceAll(':', '-'), { title, run: `{{ php }} artisan ${command}` });
}

/** A worker hears a signal only in the cache of its own release: each runs in every release, where the application knows the command. */
function signal(command: string, title: string): Task {
  return { ...artisan('restart', command, title), needs: `knows ${command}` };
}

const minutes = 60_000;

const { vendor, node_modules: modules } = dependencies;

/**
 * Composer's packages. A release that brings its packages along keeps them; where it took them from the one before there is next to
 * nothing to install, but the autoloader must know the new classes.
 */
export const composerTasks: readonly Task[] = [
  task('build', 'composer', {
    title: 'install the packages of Composer',
    run: '{{ composer }} install --no-dev --no-interaction --prefer-dist --optimize-autoloader',
    needs: `[ -f composer.lock ] && { [ ! -e vendor/autoload.php ] || ${isTakenOver(vendor)}; }`,
    reuses: vendor,
    doneBy: String.raw`\bcomposer\b[\s\S]*\binstall\b`,
    limitMs: 15 * minutes,
  }),
];

/** Packages that were taken over are not installed again: `npm ci` would remove them first. */
const nodeBuild = task('build', 'assets', {
  title: 'build the assets',
  run: `{ ${isTakenOver(modules)} || npm ci; } && npm run build`,
  reuses: modules,
  needs:
    '[ -f package-lock.json ] && { [ -f vite.config.js ] || [ -f vite.config.ts ] || [ -f vite.config.mjs ]; } && [ ! -e public/build/manifest.json ]',
  doneBy: String.raw`\b(?:npm|pnpm|yarn|bun)\b`,
  limitMs: 15 * minutes,
});

/** Laravel's own caches are written anew without the shield: what was built under it, or came along with the code, is not kept. */
const laravelCaches: readonly Task[] = [
  task('cache', 'fresh', {
    title: 'remove compiled files of any other place',
    run: 'rm -f bootstrap/cache/*.php && mkdir -p "$VIEW_COMPILED_PATH"',
  }),
  artisan('cache', 'package:discover', 'discover the packages'),
  artisan('cache', 'config:cache', 'cache the config'),
  artisan('compile', 'route:cache', 'cache the routes'),
  artisan('compile', 'event:cache', 'cache the events'),
  task('compile', 'view-cache', {
    title: 'compile the views',
    run: '{{ php }} artisan view:cache',
    needs: '[ -d resources/views ]',
  }),
];

const laravelSignals: readonly Task[] = [
  signal('queue:restart', 'tell the queue workers to restart'),
  signal('schedule:interrupt', 'tell running schedules to end'),
  signal('horizon:terminate', 'tell Horizon to restart'),
  signal('reverb:restart', 'tell Reverb to restart'),
  signal('pulse:restart', 'tell Pulse to restart'),
];

/** What is known of every Laravel application. */
export const laravelRoutine: Routine = {
  ...noRoutine,
  tasks: [
    ...composerTasks,
    nodeBuild,
    ...laravelCaches,
    {
      ...artisan('migrate', 'migrate --force', 'migrate the database'),
      doneBy: String.raw`\bartisan migrate\b`,
      limitMs: 30 * minutes,
    },
    ...laravelSignals,
  ],
  shield: { CACHE_STORE: 'array', CACHE_DRIVER: 'array' },
  environment: { VIEW_COMPILED_PATH: '{{ release }}/bootstrap/cache/views' },
  directories: [
    'bootstrap/cache/views',
    'storage/app/public',
    'storage/framework/cache/data',
    'storage/framework/sessions',
    'storage/framework/views',
    'storage/logs',
  ],
  links: [{ from: 'public/storage', to: '../storage/app/public' }],
  own: ['bootstrap/cache', 'vendor'],
  audited: 'laravel',
};

function please(point: TaskPoint, command: string, title: string): Task {
  const name = command.replace(/ .*/, '').replaceAll(':', '-');
  return task(point, point === 'refresh' ? `${name}-again` : name, {
    title,
    run: `{{ php }} please ${command} --no-interaction`,
    needs: '[ -f please ]',
    limitMs: 30 * minutes,
  });
}

/** Statamic runs the update scripts of what is newer than in this file, which only `composer update` writes. */
const updates = task('build', 'updates', {
  title: 'tell Statamic which versions the release before had',
  run: 'mkdir -p storage/statamic/updater && cp "{{ project }}/releases/{{ previous }}/composer.lock" storage/statamic/updater/composer.lock.bak',
  needs: '[ -f "{{ project }}/releases/{{ previous }}/composer.lock" ]',
});

/** The Stache keeps absolute paths for ever, so it is warmed in each release, and again before an old one goes live. */
export const statamicRoutine: Routine = {
  ...laravelRoutine,
  tasks: [
    updates,
    ...laravelRoutine.tasks,
    please('warm', 'stache:warm', 'warm the Stache'),
    please('warm', 'search:update --all', 'update the search indexes'),
    please('refresh', 'stache:refresh', 'make the Stache current'),
    please('refresh', 'search:update --all', 'make the search indexes current'),
    {
      ...please('finish', 'static:warm', 'warm the static pages'),
      needs: '[ -f please ] && grep -qs "STATAMIC_STATIC_CACHING_STRATEGY=[hf]" .env',
    },
  ],
  directories: [...laravelRoutine.directories, 'storage/statamic'],
  own: [
    ...laravelRoutine.own,
    'storage/statamic/stache-locks',
    'storage/statamic/search',
    'storage/statamic/static-urls-cache',
    'storage/statamic/updater',
    'public/static',
  ],
  mixed: ['storage', 'storage/statamic'],
  content: [
    'content',
    'users',
    'resources/blueprints',
    'resources/fieldsets',
    'resources/forms',
    'resources/addons',
    'resources/users',
    'resources/preferences.yaml',
    'resources/sites.yaml',
    'public/assets',
  ],
};
