import type { DeploymentId, DeploymentKind } from '../model/deployment.ts';
import type { ByHost, Host, HostName } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import { sh } from '../shell/text.ts';
import { phase } from './phases.ts';
import type { Phase, Plan, Step } from './plan.ts';
import { deploymentMark } from './records.ts';
import { noUndo, step } from './step.ts';

/** What a plan without lock and basis is made from. */
export interface AdHoc {
  readonly settings: Settings;
  readonly deployment: DeploymentId;
}

/** The plan that runs one command of the user's on every host, in the release in service where there is one. It takes no lock. */
export function planExec(wish: AdHoc, command: string): Plan {
  return adHoc(
    wish,
    'exec',
    wish.settings.hosts.map((host) => [host.name, [exec(wish, host, command)]]),
  );
}

/** The plan that frees locks: on each host only the lock of the deployment that was shown to hold it; null for one without a name. */
export function planUnlock(wish: AdHoc, holders: ByHost<DeploymentId | null>): Plan {
  const hosts = wish.settings.hosts.filter((host) => holders[host.name] !== undefined);
  return adHoc(
    wish,
    'unlock',
    hosts.map((host) => [host.name, [free(wish, host, holders[host.name] ?? null)]]),
  );
}

function adHoc(wish: AdHoc, kind: DeploymentKind, steps: readonly (readonly [HostName, readonly Step[]])[]): Plan {
  const only: Phase | null = phase({ name: kind, steps, onFailure: 'warn' });
  return {
    format: 1,
    deployment: wish.deployment,
    kind,
    project: wish.settings.project,
    stage: wish.settings.stage,
    ...(wish.settings.config === undefined ? {} : { config: wish.settings.config }),
    release: null,
    revision: null,
    paths: {},
    basis: {},
    served: {},
    phases: only ? [only] : [],
    closing: {},
    leftOut: {},
    notes: [],
  };
}

function exec(wish: AdHoc, host: Host, command: string): Step {
  return step({
    id: 'exec',
    title: `run “${command}”`,
    effect: { kind: 'hook' },
    script: sh`
      cd ${host.deployPath} 2>/dev/null || :
      cd current 2>/dev/null || :
      exec sh -c ${command}`,
    limitMs: wish.settings.limits.hookMs,
    undo: noUndo('What a command did is known to whoever gave it.'),
  });
}

function free(wish: AdHoc, host: Host, holder: DeploymentId | null): Step {
  return step({
    id: 'unlock',
    title: 'free the lock',
    effect: { kind: 'hook' },
    script: holder === null ? freeUnnamed(host) : freeNamed(host, holder),
    limitMs: wish.settings.limits.stepMs,
    undo: noUndo('A lock that was freed by hand is not taken again.'),
  });
}

function freeNamed(host: Host, holder: DeploymentId): ReturnType<typeof sh> {
  return sh`
    cd ${host.deployPath}
    grep -qF ${deploymentMark(holder)} .cutover/lock/holder || { echo "Somebody else holds the lock by now: it was left alone."; exit 1; }
    mv .cutover/lock .cutover/lock.freed.$$ && rm -rf .cutover/lock.freed.$$`;
}

function freeUnnamed(host: Host): ReturnType<typeof sh> {
  return sh`
    cd ${host.deployPath}
    [ ! -e .cutover/lock/holder ] || { echo "The lock has a holder by now: it was left alone."; exit 1; }
    rm -rf .cutover/lock`;
}
