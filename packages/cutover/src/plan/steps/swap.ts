import type { DeploymentId } from '../../model/deployment.ts';
import { ScriptExit } from '../../model/failure.ts';
import { rehearsedFile } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';

/**
 * `replace_link NEW LINK`: puts the link NEW in the place of LINK by one rename(2). Not every mv can (BSD's has no -T, an early uutils
 * refuses), and `ln -f` unlinks first on busybox and uutils; each way here either is a rename or fails and changes nothing.
 */
export const replaceLinkFunction = sh`
  replace_link() {
    mv -fT "$1" "$2" 2>/dev/null ||
      perl -e 'rename $ARGV[0], $ARGV[1] or exit 1' "$1" "$2" 2>/dev/null ||
      python3 -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$1" "$2" 2>/dev/null ||
      php -r 'exit(rename($argv[1], $argv[2]) ? 0 : 1);' "$1" "$2" 2>/dev/null ||
      node -e 'require("fs").renameSync(process.argv[1], process.argv[2])' "$1" "$2" 2>/dev/null
  }`;

/** `in_service` sets `$serves` to the name of the release that `current` leads to, through whatever links; to nothing where it leads nowhere. Run in the deploy path. It starts no process. */
export const inServiceFunction = sh`
  in_service() {
    serves=
    back=$PWD
    if cd -P ./current/ 2>/dev/null; then
      serves=\${PWD##*/}
      cd "$back" || exit
    fi
  }`;

/** Makes `current` name `target`: the new link is drafted, and put in its place. */
export function swapCurrent(target: string, name: string): Shell {
  return lines(draftLink(target, name), putLink(target, name));
}

/**
 * Makes the new link in `$hold`, under a name that is the caller's alone: whoever takes the lock over renames that directory, and a swap
 * that comes too late finds nothing to rename.
 */
export function draftLink(target: string, name: string): Shell {
  const temporary = sh`"$hold/"${name}`;
  return sh`
    [ ! -L ${temporary} ] || rm -f ${temporary}
    ln -s ${target} ${temporary}`;
}

/** Puts the drafted link in the place of `current`, and believes it only after it has looked where that leads. */
export function putLink(target: string, name: string): Shell {
  const temporary = sh`"$hold/"${name}`;
  return sh`
    replace_link ${temporary} current || {
      rm -f ${temporary}
      if [ -d "$hold" ]; then echo "current could not be replaced."; else echo "This deployment no longer holds the lock."; fi
      exit ${ScriptExit.refused}
    }
    [ current/. -ef ${target}/. ] || { echo "current does not name the release after the swap."; exit ${ScriptExit.refused}; }`;
}

/** `on_other_disk`: whether `.cutover` is a link to another file system, or one is mounted there. One of the same disk that is mounted there counts: rename(2) refuses it too. */
const onOtherDiskFunction = sh`
  mounted() { df -P "$1" 2>/dev/null | sed -n '2s/^.*[%-] //p'; }
  on_other_disk() {
    if [ ! .cutover/.. -ef . ] || [ ! -r /proc/mounts ]; then
      [ "$(mounted .)" != "$(mounted .cutover)" ]
      return
    fi
    for mount in $(sed -n 's|^[^ ]* \([^ ]*/[.]cutover\) .*|\1|p' /proc/mounts); do
      [ ! "$(printf %b "$mount")/.." -ef . ] || return 0
    done
    return 1
  }`;

/**
 * Tries the swap inside `.cutover`, on a link that leads to a directory as `current` does: an mv that takes -T for nothing would move
 * the new link into it. Refuses where no tool of the host can do it; once since the host was started is enough, where that can be told.
 * A `.cutover` on another file system, from where an mv removes the old link first, is refused each time: it may have been moved.
 */
export function rehearseSwap(deployment: DeploymentId): Shell {
  const scratch = `.cutover/swap.${deployment}`;
  return sh`
    ${onOtherDiskFunction}
    ! on_other_disk || { echo ".cutover is on another file system than current, which cannot be replaced from there in one step: make it a directory of the deploy path itself."; exit ${ScriptExit.refused}; }
    { IFS= read -r boot < /proc/sys/kernel/random/boot_id; } 2>/dev/null || boot=
    { IFS= read -r rehearsed < ${rehearsedFile('.')}; } 2>/dev/null || rehearsed=
    if [ -z "$boot" ] || [ "$rehearsed" != "$boot" ]; then
      [ ! -e ${scratch} ] || rm -rf ${scratch}
      mkdir ${scratch} ${scratch}/before ${scratch}/after
      ln -s before ${scratch}/link; ln -s after ${scratch}/link.new
      replace_link ${scratch}/link.new ${scratch}/link || :
      swapped=; [ ! ${scratch}/link -ef ${scratch}/after ] || swapped=1
      rm -rf ${scratch}
      [ -n "$swapped" ] || { echo "No tool on this host can replace a link in one step: install GNU coreutils, busybox, perl or python3."; exit ${ScriptExit.refused}; }
      printf '%s\n' "$boot" > ${rehearsedFile('.')}
    fi`;
}
