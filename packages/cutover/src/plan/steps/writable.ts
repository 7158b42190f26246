import { posix } from 'node:path/posix';
import { sharedTarget } from '../../model/layout.ts';
import type { SharedPath, Writable } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/** Lets the web server write where the application needs it; null when nothing was asked for. */
export function makeWritable(job: Job, site: Site): Step | null {
  const { writable, limits } = job.wish.settings;
  if (writable.paths.length === 0) return null;
  return step({
    id: 'writable',
    title: `make ${writable.paths.length === 1 ? '1 path' : `${writable.paths.length} paths`} writable`,
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      allowFunction(writable),
      ...writable.paths.map((path) => allowOne(job, path)),
    ),
    limitMs: limits.stepMs,
    undo: noUndo(
      'Permissions inside the release go with it; on shared directories they only become wider, as the config asks.',
    ),
  });
}

/** `allow <path> [-R]`. Never recursive on what is shared: that would cost as much as the uploads weigh, at every deployment. */
function allowFunction(writable: Writable): Shell {
  switch (writable.way) {
    case 'mode':
      return sh`
        allow() { chmod ${sh`"$@"`} ug+rwX "$path"; }`;
    case 'group':
      return sh`
        allow() {
          chgrp "$@" ${writable.group ?? ''} "$path"; chmod "$@" ug+rwX "$path"
          if [ $# -gt 0 ]; then find "$path" -type d -exec chmod g+s {} +; elif [ -d "$path" ]; then chmod g+s "$path"; fi
        }`;
    case 'acl':
      return sh`
        allow() { setfacl "$@" -m ${aclFor(writable)} "$path"; [ ! -d "$path" ] || setfacl "$@" -d -m ${aclFor(writable)} "$path"; }`;
  }
}

function aclFor(writable: Writable): string {
  return `u:${writable.user ?? ''}:rwX`;
}

function allowOne(job: Job, path: string): Shell {
  const { shared, layout } = job.wish.settings;
  const home = sharedHome(shared, path);
  if (home !== null) return sh`path=${`./${sharedTarget('.', layout, home)}`}; [ ! -e "$path" ] || allow`;
  // Through a link of the release the change would reach what is not the release's.
  return sh`path=${posix.join('releases', job.release, path)}; if [ -L "$path" ]; then allow; else mkdir -p "$path"; allow -R; fi`;
}

/** Where a path of the release really lies when it is shared or lies below a shared directory. */
function sharedHome(shared: readonly SharedPath[], path: string): string | null {
  for (const entry of shared) {
    if (path === entry.from) return entry.to;
    if (path.startsWith(`${entry.from}/`)) return posix.join(entry.to, path.slice(entry.from.length + 1));
  }
  return null;
}
