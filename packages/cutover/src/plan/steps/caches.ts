import { posix } from 'node:path/posix';
import { type Cache, declaredCaches, type ReleaseCache } from '../../model/cache.ts';
import { ScriptExit } from '../../model/failure.ts';
import { releaseDir } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { environmentOf } from '../hooks.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { textOf } from './task.ts';

/** Proves that each declared cache is the release's own, then fills it; nothing for a cache that has no such work. */
export function warmCaches(job: Job, site: Site): readonly Step[] {
  return job.wish.settings.caches.flatMap((cache) => [
    verifyCache(job, site, cache),
    ...(cache.warm === null ? [] : [workOn(job, site, { cache, verb: 'warm', text: textOf(cache.warm) })]),
  ]);
}

/** Makes the caches of an old release current before it goes live again. */
export function refreshCaches(job: Job, site: Site): readonly Step[] {
  return job.wish.settings.caches.flatMap((cache) => {
    const text = refreshText(cache);
    return text === null ? [] : [workOn(job, site, { cache, verb: 'refresh', text })];
  });
}

/** A directory can be emptied here; keys without a refresh of their own are emptied by whoever purges them. */
function refreshText(cache: Cache): Shell | null {
  if (cache.refresh !== null) return textOf(cache.refresh);
  if (cache.kind !== 'file') return cache.warm === null ? null : textOf(cache.warm);
  const empty = sh`if [ -d ${cache.path} ]; then (cd ${cache.path} && rm -rf ./* ./.[!.]*); fi`;
  return lines(empty, cache.warm === null ? null : textOf(cache.warm));
}

function workOn(
  job: Job,
  site: Site,
  { cache, verb, text }: { readonly cache: Cache; readonly verb: 'warm' | 'refresh'; readonly text: Shell },
): Step {
  return step({
    id: `${verb}-${cache.name}`,
    title: `${verb} the cache ${cache.name}`,
    effect: { kind: 'build', release: job.release },
    script: lines(inRelease(job, site), text),
    limitMs: job.wish.settings.limits.hookMs,
    undo: noUndo('It is the release’s own.'),
  });
}

function verifyCache(job: Job, site: Site, cache: Cache): Step {
  return step({
    id: `verify-${cache.name}`,
    title: `verify that the cache ${cache.name} is the release's own`,
    effect: { kind: 'build', release: job.release },
    script: lines(inRelease(job, site), proof(job, site, cache)),
    limitMs: job.wish.settings.limits.hookMs,
    undo: noUndo('It only looks, and makes an empty directory.'),
  });
}

function proof(job: Job, site: Site, cache: Cache): Shell {
  const { project, stage } = job.wish.settings;
  const directory = releaseDir(site.path, job.release);
  const [own] = declaredCaches([cache], { project, stage, host: site.host.name, release: job.release, directory });
  if (!own) throw new TypeError(`The cache ${cache.name} is not declared.`);
  return lines(own.kind === 'file' && cache.kind === 'file' ? staysInside(cache.path) : null, tells(cache, own));
}

/** A link on the way would lead out of the release, to what others have too. */
function staysInside(path: string): Shell {
  return sh`
    mkdir -p ${path}
    at=$(cd ${path} && pwd -P)
    [ "$at" = "$(pwd -P)/"${posix.normalize(path)} ] || { printf 'This cache is not in the release but in %s\n' "$at"; exit ${ScriptExit.refused}; }`;
}

/** What the application itself says decides: a setting that it does not read isolates nothing. */
function tells(cache: Cache, own: ReleaseCache): Shell | null {
  if (cache.verify === null) return null;
  const expected = own.kind === 'file' ? own.path : own.prefix;
  return sh`
    told=$(
    ${textOf(cache.verify)}
    )
    case $told in
      ${expected}*) ;;
      *) printf 'The application uses "%s" for this cache, and not "%s".\n' "$told" ${expected}; exit ${ScriptExit.refused} ;;
    esac`;
}

function inRelease(job: Job, site: Site): Shell {
  return lines(
    underLock(site.path, job.wish.deployment),
    environmentOf(job, site.host, {}),
    sh`cd ${releaseDir(site.path, job.release)}`,
  );
}
