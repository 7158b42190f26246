import type { BalancerWay } from '../../model/balancer.ts';
import { secondsFunction } from '../../shell/clock.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';

type Haproxy = Extract<BalancerWay, { kind: 'haproxy' }>;

/** Drains a server and waits so many seconds for its last sessions; what is late is said. */
export function haproxyOut(way: Haproxy, seconds: number): Shell {
  return lines(
    functions(way),
    sh`
      must ${`set server ${way.backend}/${way.server} state drain`}
      deadline=$(($(seconds) + ${seconds}))
      until open=$(field 5) && [ "$open" = 0 ]; do
        [ "$(seconds)" -lt "$deadline" ] || { echo "$open sessions were still open after the limit."; break; }
        sleep 0.2 2>/dev/null || sleep 1
      done`,
  );
}

/** Makes a server ready and waits so many seconds until HAProxy finds it up; with 0 it does not wait. */
export function haproxyBack(way: Haproxy, seconds: number): Shell {
  return lines(
    functions(way),
    sh`must ${`set server ${way.backend}/${way.server} state ready`}`,
    seconds === 0
      ? null
      : sh`
      deadline=$(($(seconds) + ${seconds}))
      while :; do
        status=$(field 18) || status=
        case $status in 'UP' | 'no check') break ;; esac
        [ "$(seconds)" -lt "$deadline" ] || { echo "HAProxy does not find the server up: $status"; exit 1; }
        sleep 0.2 2>/dev/null || sleep 1
      done`,
  );
}

/** `say COMMAND` asks over the runtime socket, `must COMMAND` fails when that is answered with anything, `field N` is one of the server's statistics. */
function functions({ socket, backend, server }: Haproxy): Shell {
  const isPath = socket.startsWith('/');
  const [, address = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(socket) ?? [];
  const to = isPath ? `UNIX-CONNECT:${socket}` : `TCP:${socket}`;
  return sh`
    ${secondsFunction}
    say() {
      if command -v socat > /dev/null 2>&1; then printf '%s\n' "$1" | socat -t 5 - ${to}
      elif command -v perl > /dev/null 2>&1; then perl -MIO::Socket::UNIX -MIO::Socket::INET -e ${byPerl} "$1" ${isPath ? [socket] : [address, port]}
      elif command -v python3 > /dev/null 2>&1; then python3 -c ${byPython} "$1" ${isPath ? [socket] : [address, port]}
      elif command -v node > /dev/null 2>&1; then node -e ${byNode} "$1" ${isPath ? [socket] : [port, address]}
      else echo "Neither socat nor perl nor python3 nor node is here to speak to HAProxy with."; return 1
      fi
    }
    must() {
      said=$(say "$1") || { printf 'HAProxy could not be spoken to. %s\n' "$said"; exit 1; }
      [ -z "$said" ] || { printf 'HAProxy answered: %s\n' "$said"; exit 1; }
    }
    field() { say 'show stat' | grep ${`^${backend},${server},`} | cut -d , -f "$1"; }`;
}

const byPerl =
  'my $c = shift; my $s = @ARGV > 1 ? IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 5) : IO::Socket::UNIX->new(Peer => $ARGV[0]); $s or die "$!\\n"; print $s "$c\\n"; $s->flush; print while <$s>;';

const byPython = `
import socket, sys
command, to = sys.argv[1], sys.argv[2:]
s = socket.create_connection(to, 5) if len(to) > 1 else socket.socket(socket.AF_UNIX)
if len(to) == 1: s.connect(to[0])
s.sendall((command + '\\n').encode())
while True:
    part = s.recv(65536)
    if not part: break
    sys.stdout.write(part.decode())
`.trim();

const byNode = `
const [command, ...to] = process.argv.slice(1);
const socket = require('net').connect(...to, () => socket.write(command + '\\n'));
socket.pipe(process.stdout);
socket.on('error', (error) => { console.error(error.message); process.exit(1); });
`.trim();
