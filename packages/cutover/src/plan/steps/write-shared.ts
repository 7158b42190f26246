import { posix } from 'node:path/posix';
import { ScriptExit } from '../../model/failure.ts';
import { incomingDir, sharedTarget } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Site, Wish } from '../job.ts';
import type { Step } from '../plan.ts';
import { step, undoneBy } from '../step.ts';
import { underLock, underOurLock } from './guard.ts';
import { formerMark } from './keep-former.ts';

/** Writes a shared file whole, under another name first; the one before is kept beside it and comes back if the deployment fails. */
export function writeShared(wish: Wish, site: Site, file: { readonly to: string; readonly from: string }): Step {
  const target = sharedTarget(site.path, wish.settings.layout, file.to);
  const kept = posix.join(incomingDir(site.path, wish.deployment), 'shared');
  const before = posix.join(kept, `${formerMark}${posix.basename(file.to)}`);
  const places = { target, kept, before, fresh: `${target}.${wish.deployment}` };
  const limitMs = wish.settings.limits.stepMs;
  return step({
    id: 'write',
    title: `write ${file.to}`,
    effect: { kind: 'write-shared', path: file.to },
    payload: { kind: 'file', path: file.from },
    script: lines(underLock(site.path, wish.deployment), writeScript(places)),
    limitMs,
    undo: undoneBy({
      title: `put the ${file.to} of before back`,
      effect: { kind: 'restore-shared', path: file.to },
      script: lines(underOurLock(site.path, wish.deployment), restoreScript(places)),
      limitMs,
    }),
  });
}

interface Places {
  readonly target: string;
  /** Where what was there before waits, among what this deployment received, which closing removes. */
  readonly kept: string;
  readonly before: string;
  /** Beside the target, which may be on another disk: only from there one rename puts it in its place. */
  readonly fresh: string;
}

/** A new file is readable by the owner and the group at most; one that was there keeps its mode. */
function writeScript({ target, kept, before, fresh }: Places): Shell {
  return sh`
    [ ! -L ${target} ] || { echo "This shared file is itself a link: write the file that it leads to."; exit ${ScriptExit.refused}; }
    mkdir -p ${kept} "$(dirname ${target})"
    umask 077
    fresh=${fresh}
    trap 'rm -f "$fresh"' EXIT
    cat "$CUTOVER_PAYLOAD" > "$fresh"
    if [ -f ${target} ]; then
      cp -p ${target} ${before}
      chmod --reference=${target} "$fresh" 2>/dev/null || chmod 640 "$fresh"
      chgrp --reference=${target} "$fresh" 2>/dev/null || :
    else
      : > ${kept}/first
      chmod 640 "$fresh"
    fi
    mv -f "$fresh" ${target}
    sync -f ${target} 2>/dev/null || sync`;
}

function restoreScript({ target, kept, before, fresh }: Places): Shell {
  return sh`
    fresh=${fresh}
    trap 'rm -f "$fresh"' EXIT
    if [ -e ${kept}/first ]; then rm -f ${target} ${kept}/first
    elif [ -e ${before} ] && ! cmp -s ${before} ${target}; then cp -p ${before} "$fresh" && mv -f "$fresh" ${target}
    fi`;
}
