import type { Balancer, BalancerWay } from '../../model/balancer.ts';
import type { HostName } from '../../model/host.ts';
import { secondsFunction } from '../../shell/clock.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { haproxyBack, haproxyOut } from './haproxy.ts';

/** Takes a host out of the load balancer and waits for its last requests; undone, it is put back. */
export function takeOut(job: Job, balancer: Balancer, server: HostName): Step {
  const limitMs = balancer.withinMs + job.wish.settings.limits.stepMs;
  return step({
    id: `take-out-${server}`,
    title: `take ${server} out of the load balancer`,
    effect: { kind: 'take-out', server },
    script: scriptOf(balancer, server, 'out'),
    limitMs,
    undo: undoneBy({
      title: `put ${server} back into the load balancer`,
      effect: { kind: 'put-back', server },
      script: scriptOf(balancer, server, 'undo'),
      limitMs,
    }),
  });
}

/** Puts a host back and waits until the load balancer finds it healthy. */
export function putBack(job: Job, balancer: Balancer, server: HostName): Step {
  return step({
    id: `put-back-${server}`,
    title: `put ${server} back into the load balancer`,
    effect: { kind: 'put-back', server },
    script: scriptOf(balancer, server, 'back'),
    limitMs: balancer.withinMs + job.wish.settings.limits.stepMs,
    undo: noUndo('That it is in the load balancer is how it was before.'),
  });
}

/** `undo` puts back without waiting: the host is what it was. */
function scriptOf(balancer: Balancer, server: HostName, to: 'out' | 'back' | 'undo'): Shell {
  const way = forServer(balancer.way, server);
  const seconds = Math.ceil(balancer.withinMs / 1000);
  switch (way.kind) {
    case 'haproxy':
      return to === 'out' ? haproxyOut(way, seconds) : haproxyBack(way, to === 'back' ? seconds : 0);
    case 'nginx':
      return nginxScript(way, to === 'out' ? seconds : null);
    case 'command':
      return lines(sh`export CUTOVER_SERVER=${server}`, sh`sh -e -c ${to === 'out' ? way.out : way.back}`);
  }
}

function forServer(way: BalancerWay, server: HostName): BalancerWay {
  const named = (text: string): string => text.replaceAll(/\{\{\s*host\s*\}\}/g, server);
  if (way.kind === 'haproxy') return { ...way, server: named(way.server) };
  return way.kind === 'nginx' ? { ...way, file: named(way.file) } : way;
}

/**
 * `down` in the server's own line, and a reload. Requests that run are finished by the old workers, which are there until then; the
 * reload itself comes some moments after its command.
 */
function nginxScript({ file, reload }: Extract<BalancerWay, { kind: 'nginx' }>, waitSeconds: number | null): Shell {
  const edit = waitSeconds === null ? 's/[[:space:]]*down;/;/' : 's/[[:space:]]*down;/;/; s/;/ down;/';
  return lines(
    sh`
      [ -s ${file} ] || { echo "The file with the server's line is not there or empty: "${file}; exit 1; }
      sed ${edit} < ${file} > ${file}.new
      cat ${file}.new > ${file}; rm -f ${file}.new
      sh -e -c ${reload}`,
    waitSeconds === null
      ? null
      : sh`
      ${secondsFunction}
      sleep 1
      deadline=$(($(seconds) + ${waitSeconds}))
      while grep -l 'worker process is shutting[ ]down' /proc/[0-9]*/cmdline > /dev/null 2>&1; do
        [ "$(seconds)" -lt "$deadline" ] || { echo "Old workers of nginx were still busy after the limit."; break; }
        sleep 0.2 2>/dev/null || sleep 1
      done`,
  );
}
