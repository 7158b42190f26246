import { ScriptExit } from '../../model/failure.ts';
import { systemdUnit } from '../../model/process.ts';
import { type Shell, sh } from '../../shell/text.ts';
import type { ProcessAt } from './environment.ts';

/*
 * How systemd is spoken to. Everybody may look; to change the units of the system is for root alone, so whoever is somebody else does it
 * through one line of sudoers.
 */

/** `ctl MANAGER …` asks the systemd of the system or of the user; `order MANAGER …` is for what changes it, and says so where sudo does not let this user. */
export const systemctlFunctions: Shell = sh`
  ctl() {
    if [ "$1" = systemd-user ]; then shift; env XDG_RUNTIME_DIR="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}" systemctl --user "$@"
    else shift; systemctl "$@"
    fi
  }
  order() {
    if [ "$1" = systemd-user ] || [ "$(id -u)" -eq 0 ]; then ctl "$@"; return; fi
    shift
    ! sudo -n systemctl "$@" || return 0
    ! sudo -n -l systemctl "$@" > /dev/null 2>&1 || return 1
    echo "sudo does not let $(id -un) run systemctl $* without a password: "'"cutover units" shows the line of sudoers.'
    return ${ScriptExit.refused}
  }
  end_unit() {
    case $(ctl "$1" show -p ActiveState --value "$2" 2>/dev/null) in inactive | failed) ;; *) order "$1" stop "$2" || return 1 ;; esac
    ! ctl "$1" is-enabled --quiet "$2" 2>/dev/null || order "$1" disable --quiet "$2"
  }`;

/** Starts the unit of a process, or says why that could not be. Wants `$directory` and the functions of processes. */
export function startUnit({ settings, program }: ProcessAt, unit: string): Shell {
  const { manager } = program;
  const template = systemdUnit(settings, program.name);
  return sh`
    if [ "$(ctl ${manager} show -p LoadState --value ${unit} 2>/dev/null)" = not-found ]; then
      echo ${`${template} is not there: "cutover units" shows it, and where it belongs. Then "systemctl daemon-reload" makes systemd read it.`}
      exit ${ScriptExit.refused}
    fi
    ${manager === 'systemd-user' ? lingering : sh`:`}
    order ${manager} start ${unit} || {
      [ $? -ne ${ScriptExit.refused} ] || exit ${ScriptExit.refused}
      echo "systemd did not start it."; last_words "$directory"
      exit 1
    }`;
}

/** Whether what this user runs outlives their last login. */
export const lingers: Shell = sh`[ -e "/var/lib/systemd/linger/$(id -un)" ]`;

const lingering = sh`
  ${lingers} || {
    echo "systemd ends what $(id -un) runs with their last login: \"loginctl enable-linger $(id -un)\" as root lets it stay."
    exit ${ScriptExit.refused}
  }`;
