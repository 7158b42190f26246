import { type Cache, declaredCaches, type ReleaseCache } from '../../model/cache.ts';
import type { Host } from '../../model/host.ts';
import { releaseDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Isolation, Settings } from '../../model/settings.ts';
import { type Shell, sh } from '../../shell/text.ts';
import { cachesPhp } from './php/main.ts';
import { askByClient, canAskByClient } from './redis-cli.ts';

/** What the program on the host is asked, as JSON. */
interface Asked {
  /** `purge` removes; `count` and `status` only look at what releases hold, `look` at the servers that they hold it on. */
  readonly do: 'purge' | 'count' | 'status' | 'look';
  readonly isolation: Isolation;
  /** Whose caches are meant. */
  readonly releases: readonly ReleaseName[];
  /** The releases that stay: none of their keys is touched. */
  readonly kept: readonly ReleaseName[];
  /** In service: its config tells the way to the caches. */
  readonly live: ReleaseName | null;
  /** By release, what the config declares; for those of which nothing was written down. */
  readonly declared: Readonly<Record<ReleaseName, readonly ReleaseCache[]>>;
}

/** Whose caches the program is about. */
export type About = Pick<Asked, 'do' | 'releases' | 'kept' | 'live'>;

/** Whether anything of a release can lie outside its directory. */
export function keepsCachesOutside({ caches, isolation }: Settings): boolean {
  return isolation !== 'off' || caches.some((cache) => cache.kind !== 'file');
}

/** The secrets that the program needs, by name. */
export function cacheSecrets(caches: readonly Cache[]): readonly string[] {
  return caches.flatMap((cache) =>
    cache.kind === 'redis' && cache.connection.kind === 'server' ? (cache.connection.password ?? []) : [],
  );
}

/** Runs the program on a host, in the deploy path. It comes on standard input: it would be in the process list as an argument. */
export function askCaches(host: Host, settings: Settings, about: About): Shell {
  const { caches, project, stage, isolation } = settings;
  const owner = { project, stage, host: host.name };
  const declared = about.releases.map((release) => [
    release,
    declaredCaches(caches, { ...owner, release, directory: releaseDir(host.deployPath, release) }),
  ]);
  const asked: Asked = { ...about, isolation, declared: Object.fromEntries(declared) };
  return sh`
    has_one_of() {
      for tool; do
        ! command -v "$tool" >/dev/null 2>&1 || return 0
      done
      return 1
    }
    php=${host.php ?? settings.php}
    if command -v \${php%% *} >/dev/null 2>&1; then
      printf '%s' ${cachesPhp} | CUTOVER_CACHES=${JSON.stringify(asked)} $php -d display_errors=stderr
    ${canAskByClient(settings) ? orByClient(host, settings, about) : sh`else`}
      echo ${nobodySentence(host, settings)}
      ${about.do === 'purge' ? oweAll(about.releases) : sh`:`}
      exit 1
    fi`;
}

/** What is known of the caches goes with the releases: it is kept for a purge that finds a way. */
function oweAll(releases: readonly ReleaseName[]): Shell {
  return sh`
    [ -n "\${CUTOVER_RELEASES+x}" ] || CUTOVER_RELEASES=${releases.join(' ')}
    mkdir -p .cutover/owed
    for release in $CUTOVER_RELEASES; do
      cp ".cutover/releases/$release.caches" ".cutover/owed/$release" 2>/dev/null ||
        printf '{"format":1,"release":"%s","caches":[]}\n' "$release" > ".cutover/owed/$release"
    done`;
}

function orByClient(host: Host, settings: Settings, about: About): Shell {
  return sh`
    elif has_one_of redis-cli valkey-cli bash nc openssl; then
      ${askByClient(host, settings, about)}
    else`;
}

function nobodySentence(host: Host, settings: Settings): string {
  const needs = canAskByClient(settings) ? 'php, redis-cli, valkey-cli, bash, nc or openssl' : 'php';
  return `Nothing on this host can reach the caches: it needs ${needs}. The command of PHP is ${host.php ?? settings.php}.`;
}
