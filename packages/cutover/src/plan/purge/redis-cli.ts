import { declaredCaches, type RedisServer, type ReleaseCache } from '../../model/cache.ts';
import type { Host } from '../../model/host.ts';
import { releaseDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Settings } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { About } from './asking.ts';
import { plainFunctions } from './redis-plain.ts';

type ServerCache = Extract<ReleaseCache, { kind: 'redis' }> & { readonly connection: RedisServer };

/**
 * The same by `redis-cli` or `valkey-cli`, or plainly over a connection where neither is, for a host without PHP: caches on servers that
 * Cutover's own config names. A script on the server walks and removes a thousand keys at a time; the password is in no argument. Run in the deploy path.
 */
export function askByClient(host: Host, settings: Settings, about: About): Shell {
  const pairs = about.releases.flatMap((release) =>
    serverCaches(host, settings, release).map((cache) => ({ release, cache })),
  );
  return lines(
    sh`
      failed=0
      task=${about.do}
      [ -n "\${CUTOVER_RELEASES+x}" ] || CUTOVER_RELEASES=${about.releases.join(' ')}
      lua=${lua}`,
    plainFunctions,
    clientFunctions,
    ...pairs.map(({ release, cache }) => oneCache(release, cache)),
    sh`exit "$failed"`,
  );
}

/** Caches that can be reached without the application. */
function serverCaches(host: Host, { caches, project, stage }: Settings, release: ReleaseName): readonly ServerCache[] {
  const owner = { project, stage, host: host.name, release, directory: releaseDir(host.deployPath, release) };
  return declaredCaches(caches, owner).filter(
    (cache): cache is ServerCache => cache.kind === 'redis' && cache.connection.kind === 'server',
  );
}

/** Whether all that lies outside the releases can be: what the application connects to, only its own config knows. */
export function canAskByClient({ caches, isolation }: Settings): boolean {
  const outside = caches.filter((cache) => cache.kind !== 'file');
  return isolation === 'off' && outside.every((cache) => cache.kind === 'redis' && cache.connection.kind === 'server');
}

function oneCache(release: ReleaseName, { name, prefix, connection }: ServerCache): Shell {
  const entries = connection.urls.map(entryOf);
  const [first] = entries;
  const password = connection.password === null ? sh`''` : sh`"\${${sh`${connection.password}`}-}"`;
  const head = JSON.stringify({ release, cache: name, kind: 'redis', prefix, others: {}, sample: [] });
  return sh`
    release=${release} cache=${name} prefix=${prefix} pattern=${`${escaped(prefix)}*`} head=${head.slice(0, -1)}
    REDISCLI_AUTH=${password}; export REDISCLI_AUTH
    entry=${first?.login.join(' ') ?? ''} seeds=${entries.map(({ place }) => place.join(' ')).join('\n')}
    ${connection.topology === 'standalone' ? sh`masters=$seeds` : sh`masters=$(masters_by ${connection.topology} ${connection.master ?? ''})`}
    case " $CUTOVER_RELEASES " in *" $release "*) on_cache ;; esac`;
}

/** How redis-cli is told where a server is, and who asks. Neither holds blanks: the config's schema sees to that. */
function entryOf(url: string): { readonly place: readonly string[]; readonly login: readonly string[] } {
  const socket = /^unix:\/\/(.+)$/.exec(url)?.[1];
  if (socket !== undefined) return { place: ['-s', socket], login: [] };
  const { protocol, hostname, port, username, pathname } = new URL(url);
  return {
    place: ['-h', hostname.replace(/^\[|\]$/g, ''), '-p', port === '' ? '6379' : port],
    login: [
      ...(protocol === 'rediss:' ? ['--tls'] : []),
      ...(username === '' ? [] : ['--user', decodeURIComponent(username)]),
      ...(pathname.length > 1 && pathname !== '/0' ? ['-n', pathname.slice(1)] : []),
    ],
  };
}

function escaped(prefix: string): string {
  return prefix.replaceAll(/[\\*?[\]^]/g, '\\$&');
}

/** One stretch of the walk: the next cursor, how many keys matched, how many of them were measured, and their bytes. */
const lua = [
  'if redis.replicate_commands then redis.replicate_commands() end',
  "local found = redis.call('SCAN', ARGV[2], 'MATCH', ARGV[3], 'COUNT', 1000)",
  'local n, sampled, bytes = 0, 0, 0',
  'for _, key in ipairs(found[2]) do if string.sub(key, 1, #ARGV[4]) == ARGV[4] then n = n + 1',
  "if ARGV[1] == 'purge' then redis.call('UNLINK', key)",
  "elseif ARGV[1] == 'status' and sampled < 10 then sampled = sampled + 1; bytes = bytes + (redis.call('MEMORY', 'USAGE', key) or 0) end",
  'end end return {found[1], n, sampled, bytes}',
].join('\n');

const clientFunctions = sh`
  client=redis-cli
  command -v "$client" >/dev/null 2>&1 || client=valkey-cli
  command -v "$client" >/dev/null 2>&1 || client=plainly
  ask() {
    (
      if [ "$client" = plainly ]; then plainly $place $entry -- "$@" 2>&1; exit; fi
      # An empty one would be sent as a password.
      [ -n "$REDISCLI_AUTH" ] || unset REDISCLI_AUTH
      exec $client $place $entry --no-auth-warning "$@" 2>&1
    )
  }
  masters_by() {
    printf '%s\n' "$seeds" | while IFS= read -r place; do
      case $1 in
        sentinel)
          entry= REDISCLI_AUTH=
          found=$(ask sentinel get-master-addr-by-name "$2" | { IFS= read -r at || :; IFS= read -r port || port=; echo "-h $at -p $port"; }) ;;
        cluster) found=$(ask cluster nodes | awk '$3 ~ /master/ && $3 !~ /fail|noaddr/ { sub(/@.*/, "", $2); i = match($2, /:[0-9]+$/); print "-h " substr($2, 1, i - 1) " -p " substr($2, i + 1) }') ;;
      esac
      case $found in "-h "[0-9A-Za-z]*" -p "[0-9]*) printf '%s\n' "$found"; break ;; esac
    done
  }
  walk() {
    total=0 sampled=0 bytes=0
    [ -n "$masters" ] || { problem="No server behind $cache tells where its masters are."; return 1; }
    while IFS= read -r place; do
      cursor=0
      while :; do
        said=$(ask EVAL "$lua" 0 "$1" "$cursor" "$pattern" "$prefix" </dev/null)
        set -- "$1" $said
        case $#:$2\${3-}\${4-}\${5-} in
          5:*[!0-9]* | [!5]:* | ??*:*) problem="Redis said: $said"; return 1 ;;
        esac
        cursor=$2 total=$((total + $3)) sampled=$((sampled + $4)) bytes=$((bytes + $5))
        [ "$cursor" != 0 ] || break
        sleep 0.01 2>/dev/null || :
      done
    done <<end_of_masters
  $masters
  end_of_masters
  }
  on_cache() {
    case $task in
      purge) purge_cache || failed=1 ;;
      *)
        if walk "$task"; then
          average=0
          [ "$sampled" = 0 ] || average=$((bytes / sampled))
          printf '%s,"keys":%d,"entries":%d,"sampled":%d,"bytes":%d,"problem":null}\n' "$head" "$total" "$total" "$sampled" "$((total * average))"
        else
          problem=$(printf '%s' "$problem" | tr -d '"\\' | tr '\n\t' '  ')
          printf '%s,"keys":null,"entries":null,"sampled":null,"bytes":null,"problem":"%s"}\n' "$head" "$problem"
        fi ;;
    esac
  }
  purge_cache() {
    mkdir -p .cutover/owed
    printf '{"format":1,"release":"%s","caches":[]}\n' "$release" > ".cutover/owed/$release"
    removed=0
    for pass in 1 2 3 4 5 6 7 8 9 10; do
      if ! walk purge; then
        printf '%s\n' "$problem"
        echo "Keys of $release are left: those that begin with \"$prefix\" in $cache. The next prune tries again; at once it is done with: cutover cache purge $release"
        return 1
      fi
      removed=$((removed + total))
      [ "$total" != 0 ] || break
    done
    rm -f ".cutover/owed/$release"
    echo "Purged $release from $cache: $removed entries that began with \"$prefix\"."
  }`;
