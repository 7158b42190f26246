import { type Shell, sh } from '../../shell/text.ts';

/*
 * Whether anything may still read a release. A request, a worker or a command that began in it must find its files until it ends,
 * whichever of them it asks for first.
 */

/**
 * `in_use RELEASE`: whether a process has the release, or something in it, as its working directory, its program, an open file, a
 * mapped file, or a socket that it listens on. `releases` may be a link to another disk. Run in the deploy path. Everything is read once, for all releases, and the two halves of it side
 * by side: a busy machine has much to read.
 */
export const inUseFunction: Shell = sh`
  cd -P ./releases/.
  releases=$PWD
  cd "$OLDPWD"
  used=$(
    grep -hF " $releases/" /proc/net/unix /proc/[0-9]*/maps 2>/dev/null | {
      ls -ln /proc/[0-9]*/cwd /proc/[0-9]*/exe /proc/[0-9]*/fd 2>/dev/null | grep -F " $releases/" || :
      cat
    }
  )
  in_use() {
    case $used in *" $releases/$1" | *" $releases/$1"[!0-9A-Za-z._-]*) return 0 ;; esac
    return 1
  }`;

/**
 * `may_be_used RELEASE`: whether a release went out of service so lately that a request may still be in it, on a host where this user cannot
 * see where the workers of PHP are. One that has ended and was not yet waited for has no command line, and is nowhere.
 */
export const mayBeUsedFunction: Shell = sh`
  may_be_used() {
    [ -n "$(find ".cutover/releases/$1.json" -mmin -5 2>/dev/null)" ] || return 1
    for pid in /proc/[0-9]*; do
      IFS= read -r name 2>/dev/null < "$pid/comm" || continue
      case $name in
        php-fpm* | apache2 | httpd | frankenphp)
          readlink "$pid/cwd" > /dev/null 2>&1 || [ -z "$(tr -d '\000' 2>/dev/null < "$pid/cmdline")" ] || return 0 ;;
      esac
    done
    return 1
  }`;
