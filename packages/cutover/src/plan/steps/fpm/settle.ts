import { ScriptExit } from '../../../model/failure.ts';
import type { ReleaseName } from '../../../model/release.ts';
import { lines, type Shell, sh } from '../../../shell/text.ts';
import type { Job, Site } from '../../job.ts';
import type { Step } from '../../plan.ts';
import { noUndo, step } from '../../step.ts';
import { underLock } from '../guard.ts';
import { opcacheAgent } from './agent.ts';
import { askAll, listFile, type Php, phpOf } from './ask.ts';
import { fastcgiFunctions } from './client.ts';

/**
 * What PHP needs behind a swap. Behind the link `current`, opcache goes on serving the old release for ever: it is reset through the
 * pool, and what the pool runs is looked at until it is the new release. Behind real paths nothing is needed, unless opcache has
 * no room for one release more. Null where no pool is known.
 */
export function settle(job: Job, site: Site): Step | null {
  const php = phpOf(job, site);
  if (php === null) return null;
  return step({
    id: 'settle',
    title: behindLink(php) ? 'bring the new release into opcache' : 'give opcache room where it is full',
    effect: { kind: 'look' },
    script: lines(
      underLock(site.path, job.wish.deployment),
      behindLink(php) ? bring(php, job.release) : makeRoom(job, site),
    ),
    limitMs: job.wish.settings.limits.stepMs,
    undo: noUndo('Opcache fills itself again; taking the swap back brings the release before into it.'),
  });
}

/** What must follow where `current` names `release` again; null where the swap alone is enough. */
export function settleBack(job: Job, site: Site, release: ReleaseName | null): Shell | null {
  const php = phpOf(job, site);
  return php !== null && behindLink(php) && release !== null ? bring(php, release) : null;
}

function behindLink({ app }: Php): boolean {
  return app.fpm?.scripts === 'link';
}

/** A reset waits for the requests that are under way; a reload would end them. So the reload comes last, and only where it is allowed. */
function bring(php: Php, release: ReleaseName): Shell {
  const { fpm } = php.app;
  const refuse = sh`{ echo "The pool still runs the release before: a request holds opcache's reset up, or opcache is off."; exit ${ScriptExit.refused}; }`;
  return lines(
    fastcgiFunctions(php.pool),
    opcacheAgent(release),
    runsFunction(release),
    resetOpcache,
    fpm?.reload === null || fpm === null
      ? sh`wait_until is_settled 60 || ${refuse}`
      : sh`wait_until is_settled 10 || { echo "Resetting opcache did not bring the release: FPM is reloaded."; sh -c ${fpm.reload}; wait_until is_settled 30 || ${refuse}; }`,
    askAll(php.app, '"$PWD/current"'),
  );
}

const resetOpcache = sh`
  wait_until() {
    tries=$(($2 * 5))
    until "$1"; do
      tries=$((tries - 1))
      [ "$tries" -gt 0 ] || return 1
      sleep 0.2
    done
  }
  said=$(opcache_agent reset) || { printf '%s\n' "$said"; exit 1; }
  is_reset() { [ "$(opcache_agent state)" != pending ]; }`;

/** Every worker has a memory of paths of its own: several answers in a row, one from each that is free, must be of the release. */
function runsFunction(release: ReleaseName): Shell {
  return sh`
    is_settled() {
      is_reset || return 1
      for _ in 1 2 3; do
        answer=$(fastcgi "$PWD/current/$agent_file" "$PWD/current" "/$agent_file" CUTOVER_OPERATION=where CUTOVER_TO="$agent_release") || return 1
        [ "$(fastcgi_status "$answer")" = 200 ] || return 1
        case $(fastcgi_body "$answer") in */releases/${release}/*) ;; *) return 1 ;; esac
      done
    }`;
}

/** The list is there only where asking the release found opcache too full. */
function makeRoom(job: Job, site: Site): Shell {
  const php = phpOf(job, site);
  if (php === null) return sh`:`;
  const list = listFile(job, site);
  return lines(
    sh`[ -e ${list} ] || exit 0`,
    fastcgiFunctions(php.pool),
    opcacheAgent(job.release),
    resetOpcache,
    sh`
      wait_until is_reset 30 || echo "A request holds opcache's reset up: it comes when that request has ended."
      count=$(opcache_agent compile REQUEST_METHOD=POST CONTENT_TYPE=text/plain < ${list})
      rm -f ${list}
      echo "Opcache was reset and holds $count files of the release."`,
    askAll(php.app, '"$agent_release"'),
  );
}
