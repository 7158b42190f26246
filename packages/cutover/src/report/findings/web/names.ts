/** What can be examined of a host's servers, PHP and processes. The names are permanent, so that scripts can go by them. */
export const webFindings = {
  'web-server':
    'Which web server leads into the deploy path. One that is not recognised is said to be so, with what could not be verified.',
  'web-root': 'Whether it serves `current`, and not one numbered release.',
  'script-names':
    'Whether it names PHP scripts by the real path of the release or through `current`, which opcache then serves from for ever.',
  'open-file-cache': 'Whether nginx remembers open files, and so goes on serving the old ones after a swap.',
  symlinks: 'Whether it follows links at all.',
  'response-cache': 'Whether it keeps answers of the application, which outlive a release.',
  'app-socket': 'Whether connections to a socket in the release move with the swap.',
  'fpm-pool': 'Which pool of PHP-FPM serves the site, whether the config knows it, and whether this user may ask it.',
  'fpm-reload': 'Whether a reload of PHP-FPM waits for the requests that are under way.',
  'reload-permitted': 'Whether this user may run the reload that the config names.',
  'reload-resets':
    'Whether the reload of nginx that each activation needs, where a process listens by port, resets connections of visitors.',
  'keep-conn': 'Whether connections between nginx and PHP-FPM outlive a request.',
  opcache: 'Whether opcache has room for the releases that are in it at the same time.',
  'opcache-access': 'Whether opcache may be asked and reset.',
  'realpath-cache': 'Whether PHP remembers for a while after a swap where `current` led.',
  preload: 'Whether PHP code is preloaded, which only a reload of PHP-FPM renews.',
  'pool-access': 'Whether the user of the pool can read releases.',
  'request-limits': 'How long a request may go on, which is how long an old release may still be read.',
  'in-use': 'How Cutover tells whether an old release is still in use before it removes it.',
  processes: 'Programs that still run in a release that is not in service.',
  managers: 'What starts programs of the application, and whether it names `current`.',
  units:
    'Whether the units of systemd that processes of the config need are there, as the config says now, and may be started, stopped, enabled and disabled.',
  schedules: 'Whether scheduled commands name `current`, and not one numbered release.',
  headroom: 'How many more releases of the size of the one in service fit, in space and in files.',
  flush: 'Whether one file system can be flushed to disk before the swap.',
  'baked-paths': 'Whether caches that were made in the release hold paths through `current`, which mix releases.',
  'file-times': 'Whether files carry a made-up time, which lets browsers keep old ones.',
  writers: 'Who may write to the deploy path.',
  versions: 'Versions of the tools that matter to a deployment.',
} as const;

/** The name of one of them. */
export type WebFindingName = keyof typeof webFindings;
