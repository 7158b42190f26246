import { type Shell, tight } from '../shell/text.ts';
import { tools } from './probe-tools.ts';

/**
 * What is true of a host whether its deploy path, `$deploy`, exists or not. Afterwards `$found` holds the tools, `$near` what is
 * there of the deploy path, and `$blocked` whether something else is in its way. What fails inside a word that is told ends
 * nothing, and `exec` spares the shell a second process for it.
 */
export const hostScript: Shell = tight`
  put probe 1
  system=
  if [ -r /proc/sys/kernel/ostype ]; then IFS= read -r system < /proc/sys/kernel/ostype || :; fi
  put system "\${system:-$(uname -s)}"
  put user "$(id -un)"
  put clock "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  found=
  for tool in ${tools}; do
    if command -v "$tool" > /dev/null 2>&1; then found="$found $tool"; fi
  done
  put tools "$found"
  near=$deploy blocked=
  until [ -d "$near/" ]; do
    if [ -e "$near" ] || [ -L "$near" ]; then blocked=1; fi
    near=\${near%/*}
  done
  near=\${near:-/}
  if [ -r /proc/sys/kernel/random/boot_id ] && [ -r /proc/sys/kernel/hostname ]; then
    IFS= read -r boot < /proc/sys/kernel/random/boot_id || :
    IFS= read -r named < /proc/sys/kernel/hostname || :
    put identity "$boot $named $(exec stat -L -c %d:%i "$near" 2>/dev/null) \${deploy#"$near"}"
  fi
  filled=$near
  [ ! -d "$deploy/releases/" ] || filled=$deploy/releases
  put free "$(exec stat -f -c "%a %S %c %d" "$filled" 2>/dev/null)"`;
