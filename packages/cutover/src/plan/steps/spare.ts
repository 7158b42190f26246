import { releaseRef } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { asideFunction } from './aside.ts';
import { exactFunctions } from './exact.ts';
import { underLock } from './guard.ts';

/*
 * A spare is a copy of the revision in service, made after a deployment, that the next one renames and only applies its change
 * to. Its files lie in `releases/.spare-<deployment>`, so that renaming is all it takes; what is known of it in
 * `.cutover/spares/<deployment>/`: the index, the builder's process id, and `tree`, which is written when all of it is done.
 */

/** Begins to make the spare of the next release; null where none is wanted. It goes on alone when the deployment is over. */
export function makeSpare(job: Job, site: Site): Step | null {
  const { spare, limits } = job.wish.settings;
  if (spare === null) return null;
  return step({
    id: 'spare',
    title: 'begin a spare for the next release',
    effect: { kind: 'spare' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      asideFunction,
      discardFunction,
      sh`
        discard_spares
        own="$PWD/.cutover/spares/"${job.wish.deployment}
        mkdir -p "$own"
        aside "$own/builder" ${String(builder(job, spare))} cutover-spare "$own"`,
    ),
    limitMs: limits.stepMs,
    undo: noUndo('A spare is no release: the next deployment takes it or discards it.'),
  });
}

/** Removes every spare but one that is being made; a builder that is gone left one that never gets ready. */
export const discardFunction: Shell = sh`
  discard_spares() {
    for spare in .cutover/spares/*; do
      [ -d "$spare" ] || continue
      if [ ! -f "$spare/tree" ] && [ -f "$spare/builder" ] && is_alive $(cat "$spare/builder"); then continue; fi
      rm -rf "$spare" "releases/.spare-\${spare##*/}"
    done
    for files in releases/.spare-*; do
      [ ! -d "$files" ] || [ -d ".cutover/spares/\${files#releases/.spare-}" ] || rm -rf "$files"
    done
  }`;

/** What runs by itself: with the files as it wants them, or with nothing. */
function builder(job: Job, spare: { readonly files: number; readonly megabytes: number }): Shell {
  return lines(
    sh`
      set -eu
      own=$1
      files="releases/.spare-\${own##*/}"
      export GIT_DIR="$PWD/.cutover/repo.git" GIT_INDEX_FILE="$own/index" GIT_WORK_TREE="$PWD/$files"
      trap '[ -f "$own/tree" ] || rm -rf "$own" "$files"' EXIT
      trap 'exit 1' TERM INT
      umask 022
      tree=$(git rev-parse --verify -q ${releaseRef(job.release)})
      git ls-tree -r -l "$tree" | awk '{ bytes += $4 } END { print NR, int(bytes / 1048576) + 1 }' > "$own/size"
      read -r count size < "$own/size"
      [ "$count" -ge ${spare.files} ] && [ "$size" -le ${spare.megabytes} ] || exit 0
      free=$(df -Pk releases | awk 'NR == 2 { print int($4 / 1024) }')
      [ "$((size * 3))" -le "$free" ] || exit 0
      mkdir "$files"`,
    exactFunctions,
    // Hashed in a later second than the last file was written in; kernels stamp files by a clock that lags up to 10 ms.
    sh`
      (cd "$files" && $exact read-tree "$tree" && leave_out "$tree" && $exact checkout-index -q -a && sleep 1.1 2>/dev/null || sleep 2)
      (cd "$files" && $exact update-index -q --refresh && is_whole)
      sync -f "$files" 2>/dev/null || :
      [ -d releases/${job.release} ]
      printf '%s\n' "$tree" > "$own/tree.new"
      mv "$own/tree.new" "$own/tree"`,
  );
}

/**
 * `take_spare RELEASE TREE INCOMING`: turns the newest spare into the files of the release and proves them; false when there is
 * none or when it cannot be used, with the release's directory empty again.
 */
export const takeFunction: Shell = sh`
  newest_spare() {
    found=
    for spare in .cutover/spares/*/tree; do
      if [ -f "$spare" ]; then found=\${spare%/tree}; fi
    done
    [ -n "$found" ]
  }
  apply_spare() {
    [ -d "$files" ] && [ ! -L "$files" ] && IFS= read -r base < "$3/spare/tree" || return 1
    mv -T "$files" "releases/$1" 2>/dev/null || { rmdir "releases/$1" && mv "$files" "releases/$1"; } || return 1
    export GIT_INDEX_FILE="$PWD/$3/spare/index"
    git diff-tree -r --quiet "$base" "$2" -- ':(glob)**/.gitattributes' &
    (cd "releases/$1" && become "$base" "$2") && wait "$!"
  }
  take_spare() {
    newest_spare || return 1
    files=releases/.spare-\${found##*/}
    [ -d "$3" ] || mkdir -p "$3"
    mv "$found" "$3/spare" || return 1
    if apply_spare "$@"; then return 0; fi
    echo "The spare cannot be used: it is discarded, and all files are written anew."
    unset GIT_INDEX_FILE
    rm -rf "$files" "releases/$1" "$3/spare"
    mkdir "releases/$1"
    return 1
  }`;
