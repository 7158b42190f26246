import type { HttpCheck, HttpExpectation } from '../../model/settings.ts';
import { lines, ownText, type Shell, sh } from '../../shell/text.ts';

/**
 * Defines `attempt`, or a function of another name: one request, with the first tool of the machine that can ask, and a look at the answer. What the shell variable
 * `http_path` holds, if there is one, is put behind the address.
 */
export function httpAttempt(wanted: HttpCheck, name: 'attempt' | 'answer_once' = 'attempt'): Shell {
  return lines(
    sh`
      ask() {
        if command -v curl > /dev/null; then ${curl(wanted)}
        elif command -v node > /dev/null; then ${node(wanted)}
        elif command -v php > /dev/null; then ${php(wanted)}
        else echo "Neither curl nor node nor php is here to ask with."; return 1
        fi
      }
      ${ownText(name)}() {
        answer=$(ask 2>&1) || { printf 'No answer from %s\n%s\n' ${wanted.url}"\${http_path:-}" "$answer"; return 1; }`,
    meets(wanted.expect),
    sh`}`,
  );
}

/** Seconds for one answer: never longer than the whole check may take. */
function patience(wanted: HttpCheck): number {
  return Math.max(1, Math.min(10, Math.ceil(wanted.retry.withinMs / 1000)));
}

interface Asked {
  readonly url: URL;
  readonly port: string;
  readonly headers: readonly string[];
  /** What is connected to: the resolve address or the URL's own name. */
  readonly address: string;
  readonly addressPort: string;
}

function asked(wanted: HttpCheck): Asked {
  const url = new URL(wanted.url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const [, address, addressPort] = /^(.*?)(?::(\d+))?$/.exec(wanted.resolve ?? url.hostname) ?? [];
  return {
    url,
    port,
    headers: Object.entries(wanted.headers).map(([name, value]) => `${name}: ${value}`),
    address: address ?? url.hostname,
    addressPort: addressPort ?? port,
  };
}

function curl(wanted: HttpCheck): Shell {
  const { url, port, headers, address, addressPort } = asked(wanted);
  const connect = wanted.resolve === null ? [] : ['--connect-to', `${url.hostname}:${port}:${address}:${addressPort}`];
  return sh`curl -q -sS -i --max-time ${patience(wanted)} --suppress-connect-headers ${[...connect, ...headers.flatMap((header) => ['-H', header])]} ${wanted.url}"\${http_path:-}"`;
}

const nodeProgram = `
const { url: base, address, port, headers, seconds } = JSON.parse(process.argv[1]);
const url = base + (process.argv[2] || '');
const { protocol, host, hostname } = new URL(url);
const web = require(protocol.slice(0, -1));
const options = { host: address, port, servername: hostname, headers: { host, ...headers }, timeout: seconds * 1000 };
const request = web.get(url, options, (answer) => {
  console.log('HTTP/1.1 ' + answer.statusCode + ' ' + answer.statusMessage);
  for (const [name, value] of Object.entries(answer.headers)) console.log(name + ': ' + value);
  console.log();
  answer.pipe(process.stdout);
});
request.on('timeout', () => request.destroy(new Error('no answer in time')));
request.on('error', (error) => { console.error(error.message); process.exit(1); });
`.trim();

function node(wanted: HttpCheck): Shell {
  const { address, addressPort } = asked(wanted);
  const request = { url: wanted.url, address, port: addressPort, headers: wanted.headers, seconds: patience(wanted) };
  return sh`node -e ${nodeProgram} ${JSON.stringify(request)} "\${http_path:-}"`;
}

const phpProgram = `
[$url, $address, $port, $name, $headers, $seconds] = json_decode($argv[1]);
$parts = parse_url($url.($argv[2] ?? ''));
$to = $parts['scheme'].'://'.$address.':'.$port.($parts['path'] ?? '/').(isset($parts['query']) ? '?'.$parts['query'] : '');
$context = stream_context_create([
  'http' => ['header' => $headers, 'timeout' => $seconds, 'ignore_errors' => true, 'follow_location' => 0],
  'ssl' => ['peer_name' => $name],
]);
$body = file_get_contents($to, false, $context);
if ($body === false) exit(1);
echo implode("\\n", $http_response_header), "\\n\\n", $body;
`.trim();

function php(wanted: HttpCheck): Shell {
  const { url, headers, address, addressPort } = asked(wanted);
  const request = [wanted.url, address, addressPort, url.hostname, [`Host: ${url.host}`, ...headers], patience(wanted)];
  return sh`php -r ${phpProgram} -- ${JSON.stringify(request)} "\${http_path:-}"`;
}

function meets(expect: HttpExpectation): Shell {
  return lines(
    sh`
      status=$(printf '%s\n' "$answer" | sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p')
      [ "$status" = ${expect.status} ] || { printf 'The status is %s, not %s.\n' "$status" ${expect.status}; printf '%s\n' "$answer" | sed 20q; return 1; }`,
    expect.body === null
      ? null
      : sh`case $answer in *${expect.body}*) ;; *) printf 'The body does not hold: %s\n' ${expect.body}; printf '%s\n' "$answer" | sed 20q; return 1 ;; esac`,
    ...Object.entries(expect.headers).map(([name, value]) => meetsHeader(name, value)),
    sh`return 0`,
  );
}

function meetsHeader(name: string, value: string): Shell {
  return sh`printf '%s\n' "$answer" | tr -d '\r' | sed '/^$/q' | grep -i ${`^${name}:`} | grep -qF ${value} || { printf 'The header %s does not hold: %s\n' ${name} ${value}; return 1; }`;
}
