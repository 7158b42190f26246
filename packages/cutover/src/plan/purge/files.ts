import { declaredCaches } from '../../model/cache.ts';
import type { Host } from '../../model/host.ts';
import { releaseDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Settings } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';

/** Prints entries and bytes of the releases' file caches, a line of JSON for each. Run in the deploy path. */
export function measureFiles(host: Host, settings: Settings, releases: readonly ReleaseName[]): Shell {
  const { caches, project, stage } = settings;
  const owned = releases.flatMap((release) => {
    const directory = releaseDir(host.deployPath, release);
    return declaredCaches(caches, { project, stage, host: host.name, release, directory }).flatMap((cache) =>
      cache.kind === 'file' ? [{ release, cache }] : [],
    );
  });
  return lines(
    measureFunction,
    ...owned.map(({ release, cache }) => {
      const head = JSON.stringify({ release, cache: cache.name, kind: 'file', sampled: null, problem: null });
      return sh`measure ${cache.path} ${head.slice(0, -1)}`;
    }),
  );
}

/** All files in one go: a cache can hold a hundred thousand of them. */
const measureFunction = sh`
  measure() {
    { [ ! -d "$1" ] || find "$1/" -type f -exec ls -ln {} + 2>/dev/null; } |
      awk -v head="$2" '{ bytes += $5 } END { printf "%s,\"entries\":%d,\"bytes\":%.0f}\n", head, NR, bytes }'
  }`;
