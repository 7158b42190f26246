import type { PhpApp } from '../../../model/app.ts';
import { ScriptExit } from '../../../model/failure.ts';
import { lines, type Shell, sh } from '../../../shell/text.ts';

/** Whom a pool is asked for, and with which `php` of the host. */
export interface Pool {
  readonly socket: string;
  /** The host's command for PHP, which speaks FastCGI; without it `cgi-fcgi` does. */
  readonly php: string;
  readonly url: string | null;
}

/** The pool of an application on a host; null where the config names none. */
export function poolOf(app: PhpApp, php: string): Pool | null {
  return app.fpm === null ? null : { socket: app.fpm.socket, php, url: app.url };
}

/**
 * Defines `fastcgi SCRIPT ROOT URI [NAME=VALUE…]`: one request to the pool's own socket, without root and past the web server, so that
 * a release answers that no visitor sees. It prints what PHP answered, headers first; stdin is the request's body.
 * `fastcgi_status` prints the status of such an answer, `fastcgi_body` what follows its headers.
 */
export function fastcgiFunctions(pool: Pool): Shell {
  return lines(
    sh`
      fastcgi_php=${pool.php}
      fastcgi() {
        fastcgi_script=$1 fastcgi_root=$2 fastcgi_uri=$3
        shift 3
        set -- ${params(pool)} SCRIPT_FILENAME="$fastcgi_script" DOCUMENT_ROOT="$fastcgi_root" REQUEST_URI="$fastcgi_uri" SCRIPT_NAME="\${fastcgi_script#"$fastcgi_root"}" "$@"
        if command -v "\${fastcgi_php%% *}" > /dev/null; then $fastcgi_php -n -r ${client} -- ${pool.socket} "$@"
        elif command -v cgi-fcgi > /dev/null; then
          fastcgi_input=$(cat)
          printf '%s' "$fastcgi_input" | env -i PATH="$PATH" "$@" CONTENT_LENGTH="\${#fastcgi_input}" cgi-fcgi -bind -connect ${pool.socket}
        else echo "Neither php nor cgi-fcgi is here to speak to PHP-FPM with: install php-cli, or libfcgi-bin."; return ${ScriptExit.refused}
        fi
      }`,
    sh`
      fastcgi_status() {
        fastcgi_said=$(printf '%s\n' "$1" | tr -d '\r' | sed -n '/^$/q; s/^[Ss]tatus: *\([0-9]*\).*/\1/p')
        printf '%s\n' "\${fastcgi_said:-200}"
      }
      fastcgi_body() { printf '%s\n' "$1" | tr -d '\r' | sed '1,/^$/d'; }`,
  );
}

/** What an application may want to know of the request: it is asked as its visitors ask it. */
function params({ url }: Pool): readonly string[] {
  const { protocol, host, hostname, port } = new URL(url ?? 'http://localhost');
  const isSecure = protocol === 'https:';
  return [
    'GATEWAY_INTERFACE=CGI/1.1',
    'SERVER_PROTOCOL=HTTP/1.1',
    'REQUEST_METHOD=GET',
    'QUERY_STRING=',
    'REMOTE_ADDR=127.0.0.1',
    'SERVER_ADDR=127.0.0.1',
    `SERVER_NAME=${hostname}`,
    `SERVER_PORT=${port === '' ? (isSecure ? '443' : '80') : port}`,
    `HTTP_HOST=${host}`,
    'HTTP_USER_AGENT=Cutover',
    ...(isSecure ? ['HTTPS=on', 'REQUEST_SCHEME=https'] : ['REQUEST_SCHEME=http']),
  ];
}

/** Exit code 69 when nobody listens, 70 when the answer breaks off. */
const client = `
$socket = $argv[1];
$wire = @stream_socket_client($socket[0] === '/' ? "unix://$socket" : "tcp://$socket", $code, $why, 5);
if (!$wire) { echo "PHP-FPM cannot be asked at $socket: $why.\\n"; exit(69); }
stream_set_timeout($wire, 60);
$body = stream_get_contents(STDIN);
$record = function ($type, $data) { return pack('CCnnCx', 1, $type, 1, strlen($data), 0).$data; };
$size = function ($n) { return $n < 128 ? chr($n) : pack('N', $n | 0x80000000); };
$pairs = '';
foreach (array_merge(array_slice($argv, 2), ['CONTENT_LENGTH='.strlen($body)]) as $pair) {
  list($name, $value) = explode('=', $pair, 2);
  $pairs .= $size(strlen($name)).$size(strlen($value)).$name.$value;
}
$stdin = '';
foreach ($body === '' ? [] : str_split($body, 65000) as $part) $stdin .= $record(5, $part);
fwrite($wire, $record(1, pack('nCx5', 1, 0)).$record(4, $pairs).$record(4, '').$stdin.$record(5, ''));
$read = function ($n) use ($wire) {
  for ($all = ''; strlen($all) < $n; $all .= $part) {
    $part = fread($wire, $n - strlen($all));
    if ($part === false || $part === '') { echo "PHP-FPM broke off its answer.\\n"; exit(70); }
  }
  return $all;
};
do {
  $head = unpack('Cversion/Ctype/nid/nlength/Cpadding', $read(8));
  $data = $read($head['length']);
  $read($head['padding']);
  if ($head['type'] === 6) echo $data;
  if ($head['type'] === 7) fwrite(STDERR, $data."\\n");
} while ($head['type'] !== 3);
`.trim();
