import { ScriptExit } from '../../model/failure.ts';
import { releaseDir } from '../../model/layout.ts';
import { type Listen, upstreamFile } from '../../model/process.ts';
import { type Shell, sh } from '../../shell/text.ts';
import type { ProcessAt } from './environment.ts';

/** Takes the first port of the range that nobody listens on and that no process of ours has; it is exported as `PORT`. */
export function choosePort({ first, last }: Extract<Listen, { kind: 'ports' }>): Shell {
  return sh`
    listened() { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") [0-9A-F]+:0000 0A "; }
    PORT=${first}
    while listened "$PORT" || grep -qsx "port $PORT" .cutover/processes/*/*/listen; do
      [ "$PORT" -lt ${last} ] || { echo "No port of the range ${first}-${last} is free."; exit 1; }
      PORT=$((PORT + 1))
    done
    export PORT
    printf 'port %s\n' "$PORT" > "$directory/listen"`;
}

/**
 * Asks sudo whether it will let the web server be reloaded, where that is all there is to the command: nothing is in service yet, and behind
 * the swap the way back would want the same leave.
 */
export function mayReload({ reload }: Extract<Listen, { kind: 'ports' }>): Shell | null {
  const [, command] = /^sudo (?:-n )?([\w/][\w./-]*(?: [\w./@-]+)*)$/.exec(reload.trim()) ?? [];
  if (command === undefined) return null;
  const [program = '', ...rest] = command.split(' ');
  return sh`
    sudo -n -l ${program} ${rest} > /dev/null 2>&1 || {
      echo "sudo does not let $(id -un) run "${command}" without a password, which lets the web server read the port of a new release. A line of sudoers does:"
      echo "$(id -un) ALL=(root) NOPASSWD: $(command -v ${program} || echo ${program}) "${rest.join(' ')}
      exit ${ScriptExit.refused}
    }`;
}

/** Writes the release's port where nginx finds it through `current`. */
export function nameUpstream({ host, release, program }: ProcessAt): Shell {
  const file = `${releaseDir(host.deployPath, release)}/${upstreamFile(program.name)}`;
  return sh`printf 'server 127.0.0.1:%s;\n' "$PORT" > ${file}.new && mv -f ${file}.new ${file}`;
}
