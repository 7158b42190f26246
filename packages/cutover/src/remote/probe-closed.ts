import { posix } from 'node:path/posix';
import type { ClosedFacts } from '../model/facts.ts';
import { recordsDir, releasesDir, repository } from '../model/layout.ts';
import { type Shell, tight } from '../shell/text.ts';
import type { Printed } from './probe-lines.ts';

/**
 * `closed PATH REAL` asks whether a directory may not be written in, and tells of one: whose it is, and where its file system is mounted if that
 * is for reading only. Mounts are read only where something is closed, and where `[ -w` goes by the mode of a file alone, as that of busybox
 * does: a look at a sound host starts no process for it.
 */
export const closedFunction: Shell = tight`
  by_mode=
  [ -n "\${BASH_VERSION-}" ] || ! [ a == a ] 2>/dev/null || by_mode=1
  closed() {
    [ -w "$1" ] && [ -x "$1" ] && open=1 || open=
    [ "$open,$by_mode" != 1, ] || return 1
    at= so=
    if [ -r /proc/mounts ]; then
      while read -r what mount kind how rest; do
        case $2/ in
          "\${mount%/}/"*) if [ \${#mount} -ge \${#at} ]; then at=$mount so=$how; fi ;;
        esac
      done < /proc/mounts
    fi
    case $open,$so, in *,ro,*) ;; 1*) return 1 ;; *) at= ;; esac
    put closed "$1"
    put closed-by "$(stat -L -c "%a %U" "$1" 2>/dev/null || :)"
    put closed-on "$at"
  }`;

/** The deploy path itself and what deployments write in below it, as far as it is there. Run in the deploy path. */
export const closedLines: Shell = tight`
  for name in . ${[releasesDir('.'), ...ownDirectories()]}; do
    [ ! -d "$name" ] || closed "$deploy/$name" "$here/$name" || :
  done`;

function ownDirectories(): readonly string[] {
  return ['.cutover', recordsDir('.'), '.cutover/runs', '.cutover/incoming', repository('.')];
}

/** The directories that the probe told of, each once. */
export function closedIn(printed: Printed): readonly ClosedFacts[] {
  const by = printed.all('closed-by');
  const on = printed.all('closed-on');
  const told = printed.all('closed').map((path, i) => {
    const [, mode = '', owner = ''] = /^([0-7]+) (\S+)$/.exec(by[i] ?? '') ?? [];
    return { path: posix.resolve('/', path), owner, mode, readOnlyMount: on[i] || null };
  });
  return [...Map.groupBy(told, ({ path }) => path).values()].flatMap((same) => same.slice(0, 1));
}
