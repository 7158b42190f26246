import { historyFile } from '../../model/layout.ts';
import { sh } from '../../shell/text.ts';

/*
 * What releases leave outside their directories, on disk. Both run in the deploy path, after releases were removed, and decide by what
 * is there: an earlier removal may have been broken off, and an old process may have written since.
 */

/**
 * A directory that came back: a late `Cache::put` of an old process makes `releases/<name>/…` again. It is ours when the history says
 * that we deployed that name, and dead when no record knows it.
 */
export const sweepGhosts = sh`
  for ghost in releases/*/; do
    ghost=\${ghost#releases/}
    ghost=\${ghost%/}
    in_service
    if [ ! -d "releases/$ghost" ] || [ -e ".cutover/releases/$ghost.json" ] || [ "$serves" = "$ghost" ] || in_use "$ghost"; then continue; fi
    grep -qF "\"release\":\"$ghost\"" ${historyFile} 2>/dev/null || continue
    mv "releases/$ghost" "releases/.trash-$ghost"
    echo "Put aside what had come back of $ghost."
  done`;

/** Compiled views in shared storage name, at their end, the template that they were made of: those of releases that are gone are never read again. */
export const sweepViews = sh`
  trailer="PATH $releases/"
  export trailer
  for views in storage/framework/views shared/storage/framework/views; do
    if [ ! -d "$views" ]; then continue; fi
    LC_ALL=C grep -rhF "$trailer" "$views" 2>/dev/null |
      awk '{ s = substr($0, index($0, ENVIRON["trailer"]) + length(ENVIRON["trailer"])); sub("/.*", "", s); if (!seen[s]++) print s }' |
      while IFS= read -r release; do
        if [ -z "$release" ] || [ -d "releases/$release" ]; then continue; fi
        LC_ALL=C grep -rlF "$trailer$release/" "$views" | while IFS= read -r file; do rm -f "$file"; done
        echo "Removed compiled views of $release, which is gone."
      done
  done`;
