import { processDir, releaseDir } from '../../model/layout.ts';
import type { Healthy } from '../../model/process.ts';
import { secondsFunction } from '../../shell/clock.ts';
import { type Shell, sh } from '../../shell/text.ts';
import type { ProcessAt } from './environment.ts';

/** Waits until the process is healthy and fails when its time is over, when it ended once more than `$before`, or when it is gone. Run in the deploy path. */
export function untilHealthy(at: ProcessAt): Shell {
  const directory = processDir(at.release, at.program.name);
  const { healthy } = at.program;
  return sh`
    ${secondsFunction}
    ${attempt(at, healthy)}
    unfit() {
      echo "$1"
      last_words ${directory}
      exit 1
    }
    deadline=$(($(seconds) + ${Math.max(1, Math.ceil(healthy.withinMs / 1000))}))
    until said=$(healthy 2>&1); do
      [ "$(endings ${directory})" -eq "$before" ] || unfit "The process ended instead of becoming healthy."
      alive ${directory} || unfit "The process does not run."
      [ "$(seconds)" -lt "$deadline" ] || { printf '%s\n' "$said"; unfit "The process did not become healthy in time."; }
      nap
    done
    alive ${directory} || unfit "The process does not run."`;
}

/** Defines `healthy`. `$PORT` is the socket's path or the port. */
function attempt({ host, release }: ProcessAt, healthy: Healthy): Shell {
  switch (healthy.kind) {
    case 'runs':
      return sh`healthy() { sleep ${healthy.forMs / 1000} 2>/dev/null || sleep ${Math.ceil(healthy.forMs / 1000)}; alive "$directory" && [ "$(endings "$directory")" -eq "$before" ]; }`;
    case 'command':
      return sh`healthy() { (cd ${releaseDir(host.deployPath, release)} && sh -c ${healthy.run}); }`;
    case 'http':
      return sh`
        ask() {
          if command -v curl > /dev/null 2>&1; then
            case $PORT in
              /*) curl -q -sS -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket "$PORT" "http://localhost"${healthy.path} ;;
              *) curl -q -sS -o /dev/null -w '%{http_code}' --max-time 5 "http://127.0.0.1:$PORT"${healthy.path} ;;
            esac
          elif command -v node > /dev/null 2>&1; then node -e ${askByNode} "$PORT" ${healthy.path}
          else echo "Neither curl nor node is here to ask with."; return 1
          fi
        }
        healthy() {
          status=$(ask 2>&1) || { printf 'No answer: %s\n' "$status"; return 1; }
          ${healthy.status === null ? sh`[ "$status" -gt 0 ] && [ "$status" -lt 500 ]` : sh`[ "$status" = ${healthy.status} ]`} || { printf 'It answered with status %s.\n' "$status"; return 1; }
        }`;
  }
}

const askByNode = `
const [place, path] = process.argv.slice(1);
const to = place.startsWith('/') ? { socketPath: place } : { host: '127.0.0.1', port: place };
const request = require('http').get({ ...to, path, timeout: 5000 }, (answer) => {
  process.stdout.write(String(answer.statusCode));
  answer.resume();
});
request.on('timeout', () => request.destroy(new Error('no answer in time')));
request.on('error', (error) => { console.error(error.message); process.exit(1); });
`.trim();
