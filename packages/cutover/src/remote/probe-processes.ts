import type { ProcessFacts, UnitFacts } from '../model/facts.ts';
import { type Shell, tight } from '../shell/text.ts';
import type { Printed } from './probe-lines.ts';

/**
 * Tells of every process that a manager was told to keep; `unknown` is what cannot be asked here: an entry of PM2 is asked for by its manager alone,
 * the own one by /proc. Wants the functions that tell who is alive. Run in the deploy path.
 */
export const processLines: Shell = tight`
  for file in .cutover/processes/*/*/manager; do
    if [ -f "$file" ]; then read -r manager program < "$file" || :; else continue; fi
    file=\${file%/manager} so=unknown
    case $manager in
    systemd*)
      of=\${manager#systemd}
      XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl \${of:+-$of} -q is-active "$program" && so=runs || case $? in [34]) so=ended ;; esac ;;
    own)
      if [ -r /proc/sys/kernel/random/boot_id ]; then
        watcher= since= started= so=ended
        if [ -f "$file/pid" ]; then read -r watcher since started < "$file/pid" || :; fi
        if is_alive "$watcher" "$since" "$started"; then so=runs
        elif [ -n "$since" ] && boot && [ "$since" != "$boot_now" ]; then so=host-restarted
        fi
      fi ;;
    esac
    release=\${file%/*}
    put process "$so \${release##*/} \${file##*/} $manager $program"
  done`;

/** The processes that the probe told of. */
export function processesIn(printed: Printed): readonly ProcessFacts[] {
  return printed.all('process').flatMap((line) => {
    const [, state, release, name, manager, unit] = shape.exec(line) ?? [];
    if (release === undefined || name === undefined) return [];
    return [{ release, name, state: state as ProcessFacts['state'], unit: unitOf(manager, unit) }];
  });
}

const shape = /^(runs|ended|host-restarted|unknown) ([A-Za-z0-9._+-]+) ([A-Za-z0-9_-]+) (\S+) ([A-Za-z0-9._+@-]+)$/;

function unitOf(manager: string | undefined, name: string | undefined): UnitFacts | null {
  const isUnit = manager === 'systemd' || manager === 'systemd-user';
  return isUnit && name !== undefined ? { manager, name } : null;
}
