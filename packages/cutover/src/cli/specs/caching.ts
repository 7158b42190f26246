import { Option } from 'commander';
import { common, json, noColor, ofStage, wait, yes } from './options.ts';
import { type Spec, word } from './spec.ts';

/** Caches that each release has for itself. */
export const caching: readonly Spec[] = [
  {
    usage: 'cache',
    summary: 'Look at, mend and purge the caches that each release has for itself.',
    options: [],
    subcommands: [
      {
        usage: 'audit [release]',
        summary: 'Ask the application what its caches come to, and say what is not as it must be.',
        description:
          'Boots the application of the release in service on every host, or of the one that is named, and audits what its config comes to: stores, prefixes, locks, sessions, queues. Each finding tells the setting, what would happen, and the change that mends it. Nothing is changed. Ends with 3 when there is an error that the config does not accept.',
        options: common,
        action: async ([release], options, outside) =>
          (await import('../commands/cache-audit.ts')).cacheAudit(word(release), options, outside),
      },
      {
        usage: 'status',
        summary: 'Show what each release holds in caches of its own.',
        description:
          'Shows for each host, release and isolated cache how many entries and bytes it holds. The size of Redis entries is taken from a sample, whose size is shown.',
        options: common,
        action: async (_, options, outside) =>
          (await import('../commands/cache-status.ts')).cacheStatus(options, outside),
      },
      {
        usage: 'purge <release>',
        summary: 'Remove what a release holds in caches outside its directory.',
        description:
          'Counts the keys of the release on every host, asks, and removes exactly them, in small batches, until none is found. It never flushes anything. The release in service is refused, and so is a prefix that could hit anything else. The release may be long gone.',
        options: [() => new Option('--dry-run', 'Only count; change nothing.'), wait, ...common],
        action: async ([release], options, outside) =>
          (await import('../commands/cache-purge.ts')).cachePurge(word(release), options, outside),
      },
      {
        usage: 'fix',
        summary: 'Mend the config files of the application here, so that each release has its caches for itself.',
        description:
          'Shows what is to be changed in config/cache.php, config/database.php, config/statamic/stache.php and .env.<stage> of this directory as a diff, asks, and writes it. No host is contacted. What is written in a way that is not known is left alone, and told with what to write; the exit code is 3 then.',
        options: [() => new Option('--dry-run', 'Only show the diff; write nothing.'), ...ofStage, json, yes, noColor],
        action: async (_, options, outside) => (await import('../commands/cache-fix.ts')).cacheFix(options, outside),
      },
    ],
  },
];
