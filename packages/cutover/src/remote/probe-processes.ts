import type { ProcessFacts } from '../model/facts.ts';
import { type Shell, tight } from '../shell/text.ts';
import type { Printed } from './probe-lines.ts';

/**
 * Tells of every process that the own manager keeps: a unit of systemd or an entry of PM2 is asked for by its manager alone. Wants the
 * functions that tell who is alive. Run in the deploy path.
 */
export const processLines: Shell = tight`
  if [ -r /proc/sys/kernel/random/boot_id ]; then
    for file in .cutover/processes/*/*/manager; do
      manager=; program=; watcher=; booted=; started=
      if [ -f "$file" ]; then read -r manager program < "$file" || :; fi
      if [ "$manager" = own ]; then
        if [ -f "\${file%manager}pid" ]; then read -r watcher booted started < "\${file%manager}pid" || :; fi
        since=$booted
        if is_alive "$watcher" "$booted" "$started"; then so=runs
        elif [ -n "$since" ] && [ "$since" != "$(boot)" ]; then so=host-restarted
        else so=ended
        fi
        release=\${file%/*/manager}
        put process "$so \${release##*/} $program"
      fi
    done
  fi`;

/** The processes that the probe told of. */
export function processesIn(printed: Printed): readonly ProcessFacts[] {
  return printed.all('process').flatMap((line) => {
    const [, state, release, name] =
      /^(runs|ended|host-restarted) ([A-Za-z0-9._+-]+) ([A-Za-z0-9_-]+)$/.exec(line) ?? [];
    if (release === undefined || name === undefined) return [];
    return [{ release, name, state: state as ProcessFacts['state'] }];
  });
}
