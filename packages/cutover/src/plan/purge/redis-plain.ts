import { sh } from '../../shell/text.ts';

/**
 * `plainly PLACE… LOGIN… -- WORD…`: one command to a Redis server, for a host that has no client of Redis: its protocol through whatever opens
 * a connection there. Place and login are told as to redis-cli; what is answered is printed as redis-cli prints it. A sentinel knows no QUIT:
 * it hangs up on what is no command at all.
 */
export const plainFunctions = sh`
  resp() {
    printf '*%s\r\n' "$#"
    for word; do printf '$%s\r\n%s\r\n' "\${#word}" "$word"; done
  }
  connected() {
    if [ -n "$tls" ]; then
      if command -v openssl >/dev/null 2>&1; then openssl s_client -quiet -verify_quiet -verify_return_error -servername "$host" -connect "$host:$port"
      else echo "-Over TLS it is reached by redis-cli, valkey-cli or openssl, and none of them is on this host."; cat >/dev/null
      fi
    elif [ -n "$socket" ]; then
      if command -v nc >/dev/null 2>&1; then nc -U "$socket"
      else echo "-By a socket file it is reached by redis-cli, valkey-cli or nc, and none of them is on this host."; cat >/dev/null
      fi
    elif command -v bash >/dev/null 2>&1; then bash -c 'exec 3<>"/dev/tcp/$1/$2" && cat >&3 && cat <&3' bash "$host" "$port"
    elif command -v nc >/dev/null 2>&1; then nc "$host" "$port"
    else echo "-It is reached by redis-cli, valkey-cli, bash or nc, and none of them is on this host."; cat >/dev/null
    fi
  }
  answered() {
    LC_ALL=C awk -v skip="$1" '
      { sub(/\r$/, "") }
      left > 0 { print; left -= length($0) + 1; if (left <= 0) wanted--; next }
      /^-/ { print substr($0, 2); exit }
      skip > 0 { skip--; next }
      !begun { begun = wanted = 1; if (/^\*/) { wanted = substr($0, 2); next } }
      wanted <= 0 { exit }
      /^\$-/ { print ""; wanted--; next }
      /^\$/ { left = substr($0, 2) + 1; next }
      { print substr($0, 2); wanted-- }'
  }
  plainly() {
    LC_ALL=C
    host= port= socket= tls= user= database= before=0
    while [ "$1" != -- ]; do
      case $1 in
        -h) host=$2; shift ;;
        -p) port=$2; shift ;;
        -s) socket=$2; shift ;;
        -n) database=$2; shift ;;
        --user) user=$2; shift ;;
        --tls) tls=1 ;;
      esac
      shift
    done
    shift
    [ -z "$REDISCLI_AUTH" ] || before=1
    [ -z "$database" ] || before=$((before + 1))
    {
      [ -z "$REDISCLI_AUTH" ] || resp AUTH \${user:+"$user"} "$REDISCLI_AUTH"
      [ -z "$database" ] || resp SELECT "$database"
      resp "$@"
      resp QUIT
      printf '*x\r\n'
    } | connected | answered "$before"
  }`;
