import { posix } from 'node:path/posix';
import { type PhpApp, servesVisitors } from '../../../model/app.ts';
import { ScriptExit } from '../../../model/failure.ts';
import { incomingDir } from '../../../model/layout.ts';
import { lines, type Shell, sh } from '../../../shell/text.ts';
import type { Job, Site } from '../../job.ts';
import type { Step } from '../../plan.ts';
import { noUndo, step } from '../../step.ts';
import { underLock } from '../guard.ts';
import { opcacheAgent } from './agent.ts';
import { fastcgiFunctions, type Pool, poolOf } from './client.ts';

/** What a step about PHP-FPM is made from. */
export interface Php {
  readonly app: PhpApp;
  readonly pool: Pool;
}

/** PHP behind a pool that the config names; null for every other application. */
export function phpOf(job: Job, site: Site): Php | null {
  const { app, php } = job.wish.settings;
  if (app.kind !== 'php' || !servesVisitors(app, site.host)) return null;
  const pool = poolOf(app, site.host.php ?? php);
  return pool && { app, pool };
}

/**
 * Asks the release that nobody sees yet, in the real pool: health check and warming at once. Before, what opcache holds of the
 * release in service is compiled in the new one, so that its first visitors do not wait. Null where no pool is known.
 */
export function askInactive(job: Job, site: Site): Step | null {
  const php = phpOf(job, site);
  if (php === null) return null;
  return step({
    id: 'ask',
    title: 'ask the release through PHP-FPM',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      fastcgiFunctions(php.pool),
      opcacheAgent(job.release),
      php.app.fpm?.scripts === 'resolved' && site.serves !== null ? warm(job, site) : null,
      askAll(php.app, '"$agent_release"'),
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('It asked the release, and what the release made of that goes with it.'),
  });
}

/** What opcache held of the release before; kept where it must be reset first because one release more does not fit. */
export function listFile(job: Job, site: Site): string {
  return posix.join(incomingDir(site.path, job.wish.deployment), 'opcache-full');
}

function warm(job: Job, site: Site): Shell {
  const list = listFile(job, site);
  return sh`
    before=$(cd -P releases/${site.serves ?? ''} && pwd -P) || before=
    held=$(opcache_agent list CUTOVER_FROM="$before") || { printf '%s\n' "$held"; exit ${ScriptExit.refused}; }
    case $held in
      off*) echo "Opcache is off, or may not be asked: nothing is warmed." ;;
      full*) printf '%s\n' "$held" | sed 1d > ${list}; echo "Opcache has no room for one release more: it is reset after the swap." ;;
      *) printf '%s\n' "$held" | sed 1d | { count=$(opcache_agent compile REQUEST_METHOD=POST CONTENT_TYPE=text/plain); echo "Opcache holds $count files of it."; } ;;
    esac`;
}

/** Asks for every path; a server error ends the step, except the 503 of a Laravel that is down for maintenance, which holds for all releases. `release` is shell text for the release's path. */
export function askAll(app: PhpApp, release: '"$agent_release"' | '"$PWD/current"'): Shell {
  const base = release === '"$agent_release"' ? sh`"$agent_release"` : sh`"$PWD/current"`;
  const root = app.root === null ? sh`${base}` : sh`${base}/${app.root}`;
  return sh`
    for asked in ${app.fpm?.ask ?? []}; do
      query=
      case $asked in *\?*) query=\${asked#*\?} ;; esac
      answer=$(fastcgi ${base}/${app.entry} ${root} "$asked" QUERY_STRING="$query") || { printf '%s\n' "$answer"; exit ${ScriptExit.refused}; }
      status=$(fastcgi_status "$answer")
      if [ "$status" = 503 ] && [ -f ${base}/storage/framework/down ]; then echo "The application is down for maintenance: it answers $asked with 503."; continue; fi
      [ "$status" -lt 500 ] || { echo "The release answers $asked with $status:"; fastcgi_body "$answer" | tail -n 20; exit ${ScriptExit.refused}; }
      echo "$asked was answered with $status."
    done`;
}
