import type { HostFacts } from '../model/facts.ts';
import type { ByHost } from '../model/host.ts';
import { releaseNameAt } from '../model/release.ts';
import type { Settings } from '../model/settings.ts';
import type { Wish } from '../plan/job.ts';
import type { Outside } from './outside.ts';

/** What planners start from: a deployment of its own, wanted now, by this person. */
export function wishFor(settings: Settings, facts: ByHost<HostFacts>, outside: Outside): Wish {
  const { by, pid } = outside;
  return { settings, facts, deployment: newDeploymentId(outside), by, pid, nowMs: outside.nowMs() };
}

/** The id of a deployment: its time in UTC, and four characters that keep two of one second apart. */
export function newDeploymentId(outside: Outside): string {
  const salt = Math.floor(outside.random() * 36 ** 4);
  return `${releaseNameAt(outside.nowMs())}-${salt.toString(36).padStart(4, '0')}`;
}
