import { posix } from 'node:path/posix';
import { type App, type Proof, servesVisitors } from '../../model/app.ts';
import { ScriptExit } from '../../model/failure.ts';
import type { Host } from '../../model/host.ts';
import { incomingDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step, undoneBy } from '../step.ts';
import { untilItPasses } from './check.ts';
import { underLock, underOurLock } from './guard.ts';
import { httpAttempt } from './http.ts';

/**
 * Puts a file that names its release, under one unguessable name, into the new release and into the one in service, and asks the web
 * server for it: from then on whatever remembers paths or files remembers this one too, so that the answer after the swap tells the
 * truth. A web server that cannot be asked is found out before anything changes. Null where nothing is to be proven in this way.
 */
export function placeProof(job: Job, site: Site): Step | null {
  const { app, limits } = job.wish.settings;
  const proof = proofAt(app, site.host);
  if (proof === null || proof.header !== null) return null;
  const file = nameFile(job, site.path);
  return step({
    id: 'proof',
    title: 'prepare the proof that the web server serves the release',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`
        mkdir -p ${posix.dirname(file)}
        printf '%s\n' "cutover-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')."${app.kind === 'php' ? 'php' : 'txt'} > ${file}
        http_path=/$(cat ${file})`,
      put(app, job.release),
      site.serves === null ? null : put(app, site.serves),
      site.serves === null ? null : askBefore(proof, site.serves),
    ),
    limitMs: limits.stepMs,
    undo: undoneBy({
      title: 'take the proof away',
      effect: { kind: 'note' },
      script: lines(underOurLock(site.path, job.wish.deployment), takeAway(job, site.path)),
      limitMs: limits.stepMs,
    }),
  });
}

/** The web server of the host must answer from the new release, several times in a row: each of its workers may remember for itself. */
export function prove(job: Job, host: Host): Step | null {
  const { app, limits } = job.wish.settings;
  const proof = proofAt(app, host);
  if (proof === null || !(host.name in job.previous)) return null;
  return step({
    id: 'prove',
    title: 'prove that the web server serves the release',
    effect: { kind: 'look' },
    script: lines(
      sh`cd ${host.deployPath}`,
      proof.header === null ? sh`http_path=/$(cat ${nameFile(job, host.deployPath)})` : null,
      answersFrom(proof, job.release),
      untilItPasses({ withinMs: proof.withinMs, everyMs: 250 }),
      proof.header === null ? takeAway(job, host.deployPath) : null,
      sh`echo "The web server answers from the new release."`,
    ),
    limitMs: proof.withinMs + limits.stepMs,
    undo: noUndo('It only looks.'),
  });
}

function proofAt(app: App, host: Host): Proof | null {
  return servesVisitors(app, host) ? app.proof : null;
}

function nameFile(job: Job, path: string): string {
  return posix.join(incomingDir(path, job.wish.deployment), 'proof');
}

/** No more than the name of the release can be learnt from it, by whoever guesses 128 bits within the seconds that it is there. */
function put(app: App, release: ReleaseName): Shell {
  const root = posix.join('releases', release, app.root ?? '');
  const text = `cutover serves ${release}`;
  const content = app.kind === 'php' ? `<?php header('Cache-Control: no-store'); echo '${text}';` : text;
  return sh`
    if [ -d ${root} ]; then
      printf '%s\n' ${content} > ${root}"$http_path"
      chmod 644 ${root}"$http_path"
    fi`;
}

function askBefore(proof: Proof, serves: ReleaseName): Shell {
  return lines(
    answersFrom(proof, serves),
    sh`
      said=$(attempt) || {
        printf '%s\n' "$said"
        echo "The web server of this host does not serve what lies in the release in service, so it could not be proven that it serves the new one. See that app.url and app.root are right and that it lets new files through; a header can tell the release too (app.proof.header), or the proof be left out (app.proof: false)."
        exit ${ScriptExit.refused}
      }`,
  );
}

/** Defines `attempt`: some answers in a row, all of them from this release. */
function answersFrom(proof: Proof, release: ReleaseName): Shell {
  const { header } = proof;
  const wanted = {
    kind: 'http' as const,
    name: 'proof',
    url: proof.url.replace(/\/$/, ''),
    from: 'host' as const,
    resolve: proof.resolve,
    headers: { 'Cache-Control': 'no-cache' },
    expect:
      header === null
        ? { status: 200, body: `cutover serves ${release}`, headers: {} }
        : { status: 200, body: null, headers: { [header.toLowerCase()]: release } },
    retry: { withinMs: proof.withinMs, everyMs: 250 },
    hosts: [],
  };
  return lines(
    httpAttempt(wanted, 'answer_once'),
    sh`attempt() { for _ in 1 2 3 4; do answer_once || return 1; done; }`,
  );
}

function takeAway(job: Job, path: string): Shell {
  const { app } = job.wish.settings;
  const file = nameFile(job, path);
  return sh`
    if [ -f ${file} ]; then
      for release in releases/*; do rm -f "$release"/${app.root ?? '.'}/"$(cat ${file})"; done
    fi`;
}
