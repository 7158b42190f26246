import { posix } from 'node:path/posix';
import { cachesFile, releaseDir } from '../../model/layout.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { environmentOf } from '../hooks.ts';
import type { Job, Site } from '../job.ts';
import { probeProgram } from '../php/probe.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { textOf } from './task.ts';

/**
 * Boots the application in the release and lets it tell what its config comes to; what that means is judged where the deployment
 * is driven from. Null for an application that cannot be asked.
 */
export function auditRelease(job: Job, site: Site): Step | null {
  const { routine, limits } = job.wish.settings;
  if (routine.audited === null) return null;
  const isNew = job.holder.kind === 'deploy';
  return step({
    id: 'audit',
    title: 'audit what the caches of the release come to',
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      environmentOf(job, site.host, {}),
      sh`cd ${releaseDir(site.path, job.release)}`,
      probeCommand(job.release, isNew ? posix.join('../..', cachesFile('.', job.release)) : ''),
    ),
    limitMs: limits.hookMs,
    judge: isNew ? 'caches' : 'served-before',
    undo: noUndo('It only looks, and notes what it found beside the release.'),
  });
}

/** Runs the probe of a release in its directory, and notes nothing. */
export function auditScript(job: AuditTarget): Shell {
  return lines(sh`cd ${job.directory}`, sh`export CUTOVER_PHP=${job.php}`, probeCommand(job.release, ''));
}

/** A release that is asked apart from any deployment. */
export interface AuditTarget {
  readonly directory: string;
  readonly release: string;
  /** The command behind `{{ php }}`. */
  readonly php: string;
}

/** Runs the probe in the directory that the shell is in; a file's name lets it note the caches there. */
function probeCommand(release: string, notes: string) {
  return sh`${textOf('{{ php }}')} -r ${probeProgram} -- ${release} ${notes}`;
}
