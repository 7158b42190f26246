import { posix } from 'node:path/posix';
import { type Shell, sh } from '../shell/text.ts';
import { tools } from './probe-tools.ts';

/** What is true of a host whether its deploy path exists or not. Afterwards `$found` holds the tools, and `can_create` tells of the deploy path. */
export function hostScript(deployPath: string): Shell {
  return sh`
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
    can_create() {
      for parent in ${parentsOf(deployPath)}; do
        if [ -d "$parent" ]; then [ -w "$parent" ] && [ -x "$parent" ]; return
        elif [ -e "$parent" ] || [ -L "$parent" ]; then return 1
        fi
      done
      return 1
    }
    for path in ${[deployPath, ...parentsOf(deployPath)]}; do
      if [ -d "$path" ]; then
        put free "$(stat -f -c '%a %S %c %d' "$path" 2>/dev/null || :)"
        break
      fi
    done`;
}

function parentsOf(path: string): readonly string[] {
  const parent = posix.dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}
