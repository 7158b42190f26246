import { type Shell, sh } from '../../shell/text.ts';

/** Where a host says what becomes of processes whose login is over. */
export interface LoginPlaces {
  /** Where systemd's configuration lies; what a later one says counts. */
  readonly config: readonly string[];
  /** The file that names the control group of whoever reads it. */
  readonly cgroup: string;
}

/** The places of every Linux. */
export const loginPlaces: LoginPlaces = { config: ['/usr/lib', '/run', '/etc'], cgroup: '/proc/self/cgroup' };

/** Prints what systemd-logind is told about processes of a login that is over, of which login this one is and by which shell; sections as `gather` has them. */
export function logins({ config, cgroup }: LoginPlaces): Shell {
  return sh`
    kills() { [ ! -r "$1" ] || sed -n 's/^[[:space:]]*\(Kill[A-Za-z]*\)[[:space:]]*=[[:space:]]*/ \1=/p' "$1"; }
    printf '=== logind\n'
    for place in ${config}; do kills "$place/systemd/logind.conf"; done
    for place in ${config}; do
      for file in "$place"/systemd/logind.conf.d/*.conf; do kills "$file"; done
    done
    printf '=== login\n'
    [ ! -r ${cgroup} ] || sed -n 's|^.*/\(session-[^/]*\.scope\).*$| \1|p' ${cgroup}
    printf '=== shell\n %s\n' "\${SHELL-}"`;
}
