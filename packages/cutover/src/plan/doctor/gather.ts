import { lines, type Shell, sh } from '../../shell/text.ts';
import { lingers } from '../processes/systemd.ts';

/** What is gathered about a host's servers. */
export interface GatherWish {
  readonly deployPath: string;
  /** Relative to a release. */
  readonly root: string | null;
  /** Where the system keeps its configuration: `/etc`. */
  readonly etc: string;
  /** Template units that processes need. */
  readonly units: readonly { readonly name: string; readonly text: string }[];
}

/**
 * Prints what a host says of its web servers, PHP, processes and schedules, and changes nothing: sections, each begun by a line `=== kind
 * subject`, whose text is indented by one space so that nothing in a file can be taken for the beginning of another. Nothing is judged here.
 */
export function gather(wish: GatherWish): Shell {
  return lines(
    functions(wish),
    configs,
    programs,
    ...wish.units.map(unit),
    wish.units.length > 0 ? linger : null,
    here(wish),
  );
}

function functions({ deployPath, etc }: GatherWish): Shell {
  return sh`
    etc=${etc} deploy=${deployPath}
    real=$(cd -P "$deploy" 2> /dev/null && pwd -P) || real=$deploy
    section() { printf '=== %s\n' "$1"; sed 's/^/ /'; echo; }
    show() { kind=$1; shift; for file in "$@"; do if [ -f "$file" ] && [ -r "$file" ]; then section "$kind $file" < "$file"; elif [ -e "$file" ]; then section "unread $file" < /dev/null; fi; done; }
    mentioning() { for file in $(grep -lF -e "$deploy/" -e "$real/" -- "$@" 2> /dev/null); do grep -F -e "$deploy/" -e "$real/" -- "$file" | section "mention $file"; done; }`;
}

/**
 * nginx -T tells all of it but needs root; what is read instead is what Debian lets everybody read. A running Caddy tells its whole config to
 * whoever is on its host; one that does not run, or has that turned off, can still say what it makes of its file, imports and all.
 */
const configs = sh`
  if [ -e "$etc/nginx/nginx.conf" ] || command -v nginx > /dev/null; then
    { nginx -v 2>&1 || /usr/sbin/nginx -v 2>&1 || :; } | section nginx-version
    if [ "$etc" = /etc ] && told=$(sudo -n nginx -T 2> /dev/null); then printf '%s\n' "$told" | section nginx-told
    else find -L "$etc/nginx" -type f -size -200k ! -name 'koi-*' ! -name 'win-*' ! -name mime.types 2> /dev/null | sort | while IFS= read -r file; do show nginx "$file"; done
    fi
  fi
  show caddy "$etc/caddy/Caddyfile"
  if [ -e "$etc/caddy/Caddyfile" ] || command -v caddy > /dev/null; then
    admin=$(sed -n 's/^[[:space:]]*admin[[:space:]]\{1,\}\([^ {]*\).*/\1/p' "$etc/caddy/Caddyfile" 2> /dev/null | sed -n 1p) || :
    if [ -z "$admin" ] && [ "$etc" = /etc ]; then admin=localhost:2019; fi
    case $admin in '' | off | unix*) told= ;; *) told=$(curl -q -sf --max-time 10 "http://$admin/config/" 2> /dev/null) || told= ;; esac
    case $told in '' | null*) told=$(caddy adapt --config "$etc/caddy/Caddyfile" 2> /dev/null) || told= ;; esac
    printf '%s\n' "$told" | section caddy-told
  fi
  show apache "$etc"/apache2/apache2.conf "$etc"/apache2/sites-enabled/* "$etc"/apache2/conf-enabled/* "$etc"/httpd/conf/httpd.conf "$etc"/httpd/conf.d/*.conf
  ls "$etc/apache2/mods-enabled" 2> /dev/null | section apache-modules
  show fpm "$etc"/php/*/fpm/php-fpm.conf "$etc"/php/*/fpm/pool.d/*.conf "$etc"/php-fpm.conf "$etc"/php-fpm.d/*.conf
  for file in "$etc"/php/*/fpm/php.ini "$etc"/php/*/fpm/conf.d/*.ini "$etc"/php.ini "$etc"/php.d/*.ini; do
    [ ! -r "$file" ] || cat "$file"
  done | sed -n '/^ *\(opcache\.\|realpath_cache\|max_execution_time\|disable_functions\)/p' | section php-ini
  cat "$etc"/php/*/fpm/pool.d/*.conf "$etc"/php-fpm.d/*.conf 2> /dev/null | sed -n 's/^ *listen *= *//p' | sort -u | while IFS= read -r socket; do
    if [ ! -e "$socket" ]; then echo missing; elif [ -w "$socket" ]; then echo writable; else ls -l "$socket"; fi | section "socket $socket"
  done`;

const programs = sh`
  cat /proc/[0-9]*/comm 2> /dev/null | sort | uniq -c | section running
  for tool in git 'php -n' node rsync tar; do command -v "\${tool%% *}" > /dev/null && $tool --version 2> /dev/null | sed -n '1p' | section "version \${tool%% *}"; done || :
  { mv --version 2> /dev/null || echo other; } | sed -n 1p | section mv
  sudo -n -l 2> /dev/null | section sudo
  mentioning "$etc"/systemd/system/*.service "$etc"/systemd/system/*.timer "\${HOME-}"/.config/systemd/user/*.service "$etc"/supervisor/conf.d/*.conf "$etc"/supervisord.d/*.ini "$etc"/crontab "$etc"/cron.d/*
  crontab -l 2> /dev/null | { grep -F -e "$deploy/" -e "$real/" || :; } | section "mention the crontab of $(id -un)"
  [ ! -f "\${HOME-}/.pm2/dump.pm2" ] || tr ',' '\n' < "\${HOME-}/.pm2/dump.pm2" | { grep -F -e "$deploy/" -e "$real/" || :; } | section "mention pm2"
  if [ -r /proc/net/unix ]; then echo sockets; fi | section drain
  grep -o 'hidepid=[^ ,]*' /proc/mounts 2> /dev/null | section hidepid`;

/** Whether it is there, and which lines of it are not. */
function unit({ name, text }: GatherWish['units'][number]): Shell {
  return sh`
    for file in "$etc/systemd/system/"${name} "\${HOME-}/.config/systemd/user/"${name}; do [ ! -e "$file" ] || break; done
    if [ -e "$file" ]; then { echo there; printf '%s' ${text} | grep -vxF -f "$file" 2> /dev/null || :; }; else echo missing; fi | section "unit "${name}`;
}

const linger = sh`
  if ${lingers}; then echo yes; else echo no; fi | section linger`;

function here({ root }: GatherWish): Shell {
  return sh`
    ls -l /proc/[0-9]*/cwd 2> /dev/null | grep -F " -> $real/releases/" | sed 's|^.* /proc/\([0-9]*\)/cwd -> |\1 |' | while read -r pid cwd; do
      printf '%s %s %s\n' "$pid" "$(cat "/proc/$pid/comm" 2> /dev/null)" "$cwd"
    done | section processes
    { cd -P "$deploy/current" 2> /dev/null && {
      pwd -P | section current
      find . -type f 2> /dev/null | wc -l | section files
      du -sk . 2> /dev/null | section kilobytes
      find . -name '*.php' -type f -exec wc -c {} + 2> /dev/null | awk '$2 != "total" { n++; s += $1 } END { print n + 0, s + 0 }' | section php-files
      [ ! -d ${root ?? '.'} ] || find ${root ?? '.'} -type f -exec stat -c %Y {} + 2> /dev/null | sort | uniq -c | sort -rn | sed -n 1,3p | section mtimes
      grep -rlF "$deploy/current/" bootstrap/cache var/cache config 2> /dev/null | sed -n 1,5p | section baked
    }; } || :
    id | section id
    stat -L -c '%a %U %G %n' "$deploy" "$deploy/releases" "$deploy/.cutover" 2> /dev/null | section owners
    walk=$real; while [ "$walk" != / ] && [ -n "$walk" ]; do stat -c '%a %U %G %n' "$walk" 2> /dev/null || :; walk=\${walk%/*}; done | section way
    { sync -f /proc 2> /dev/null && echo yes || echo no; } | section sync
    printf '=== end\n'`;
}
