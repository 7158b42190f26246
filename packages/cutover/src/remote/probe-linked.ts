import { posix } from 'node:path/posix';
import type { LinkedFacts } from '../model/facts.ts';
import { currentLink, recordsDir } from '../model/layout.ts';
import { sh } from '../shell/text.ts';
import type { Printed } from './probe-lines.ts';

/**
 * Tells where links of the release in service lead, by their own text, unless Cutover built that release. Dependencies hold links by the thousand,
 * and no tool links what is shared deeper than this.
 */
export const linkedLines = sh`
  (
    cd -P ${currentLink('.')}/. 2>/dev/null || exit 0
    record=$OLDPWD/${recordsDir('.')}/\${PWD##*/}.json
    if [ -f "$record" ] && ! grep -q '"adoptedFrom":"' "$record"; then exit 0; fi
    put linked-from "$PWD"
    find . -maxdepth 5 -type d \( -name node_modules -o -name vendor -o -name .git \) -prune -o -type l -print 2>/dev/null | head -n 300 |
      while IFS= read -r link; do
        if [ -d "$link" ]; then put linked-directory "$link"
        elif [ -e "$link" ]; then put linked-file "$link"
        else continue
        fi
        put linked-to "$(readlink "$link")"
      done
  ) || :`;

/** Those links that lead out of the release and stay in the deploy path. */
export function linkedIn(printed: Printed): readonly LinkedFacts[] {
  const release = printed.first('linked-from');
  if (release === null) return [];
  const found = printed.each('linked-directory', 'linked-file');
  const targets = printed.all('linked-to');
  return found.flatMap(({ what, value }, i) => {
    const from = posix.normalize(value);
    const target = posix.resolve(release, posix.dirname(from), targets[i] ?? '.');
    const to = belowDeployPath(target, printed);
    if (to === null || /^(?:releases|\.cutover|current)(?:\/|$)/.test(to)) return [];
    return [{ type: what === 'linked-directory' ? ('directory' as const) : ('file' as const), from, to }];
  });
}

/** A target may be written by the path that was asked for or by where that leads. */
function belowDeployPath(target: string, printed: Printed): string | null {
  const paths = [printed.first('deploy-physical'), printed.first('deploy-asked')];
  const path = paths.find((each) => each !== null && target.startsWith(`${each}/`)) ?? null;
  return path === null ? null : target.slice(path.length + 1);
}
