import type { DeploymentId, Holder } from '../../model/deployment.ts';
import type { Effect, TakeOver } from '../../model/effect.ts';
import { ScriptExit } from '../../model/failure.ts';
import { type ReleaseName, type ReleaseRecord, wasUndone } from '../../model/release.ts';
import { begin, decide, idleGuard, type MemoryGuard, strikeGuards } from './guard.ts';
import type { MemoryRun } from './run.ts';

/** A host that exists only in memory: what matters of a deploy path, and nothing else. */
export interface MemoryHost {
  current: ReleaseName | null;
  /** Directories below `releases/`, and whether each holds all of its files. */
  readonly directories: Map<ReleaseName, 'partial' | 'complete'>;
  readonly records: Map<ReleaseName, ReleaseRecord>;
  /** Trees in its repository, by release. */
  readonly trees: Map<ReleaseName, string>;
  /** Releases whose caches are still to be purged. */
  readonly owed: Set<ReleaseName>;
  lock: Holder | null;
  /** The last sign of life of the deployment that has the lock, by the clock that the host is given. */
  beatMs: number | null;
  /** Releases that served and were taken back: requests may still be in them. */
  readonly left: Set<ReleaseName>;
  /** Deployments that had the lock and did not close yet. */
  readonly marks: Set<DeploymentId>;
  /** Deployments that were confirmed and did not begin to go back. */
  readonly stays: Set<DeploymentId>;
  readonly shared: Map<string, string>;
  /** What segments did and do there, by their journals: whoever drives them, they are the host's own. */
  readonly runs: Map<string, MemoryRun>;
  /** Guards of activations, by deployment. */
  readonly guards: Map<DeploymentId, MemoryGuard>;
  /** Whether files wait for the next release to start from. */
  spare: boolean;
  /** Processes that run: each as its release, a blank, and its name. */
  readonly processes: Set<string>;
  /** Servers that no load balancer sends anything to. */
  readonly out: Set<string>;
}

/** A host on which nothing was ever deployed. */
export function emptyHost(): MemoryHost {
  return {
    current: null,
    directories: new Map(),
    records: new Map(),
    trees: new Map(),
    owed: new Set(),
    lock: null,
    beatMs: null,
    left: new Set(),
    marks: new Set(),
    stays: new Set(),
    shared: new Map(),
    runs: new Map(),
    guards: new Map(),
    spare: false,
    processes: new Set(),
    out: new Set(),
  };
}

/** It was taken over, the deployment had succeeded and given it back, or it was never had and nothing is to be done. */
function withoutLock({ marks, stays }: MemoryHost, deployment: DeploymentId): number {
  if (marks.has(deployment)) return ScriptExit.refused;
  return stays.has(deployment) ? ScriptExit.ended : 0;
}

/** Who does something to a host, and when by the clock that guards go by. */
export interface Doing {
  readonly deployment: DeploymentId;
  readonly nowMs: number;
  /** By the host's own clock, which may have been set: signs of life go by it. The same unless told otherwise. */
  readonly clockMs?: number;
}

/** Does to the host what the script of such a step would do; the answer is its exit code. Guards that are due come first. */
export function applyEffect(host: MemoryHost, effect: Effect, doing: Doing): number {
  const { deployment, nowMs, clockMs = nowMs } = doing;
  strikeGuards(host, nowMs);
  if (host.lock?.deployment === deployment) host.beatMs = clockMs;
  if (needsLock(effect) && host.lock?.deployment !== deployment) return withoutLock(host, deployment);
  switch (effect.kind) {
    case 'lock':
      return takeLock(host, effect, clockMs);
    case 'unlock':
      return unlock(host, effect.deployment);
    case 'create':
      return create(host, effect.record);
    case 'receive':
      host.directories.set(effect.release, 'complete');
      if (effect.takesSpare) host.spare = false;
      return 0;
    case 'spare':
      host.spare = true;
      return 0;
    case 'verify':
      if (host.directories.get(effect.record.name) !== 'complete') return ScriptExit.refused;
      host.records.set(effect.record.name, effect.record);
      return 0;
    case 'arm':
      host.guards.set(deployment, idleGuard(effect));
      return 0;
    case 'activate':
      if (!host.directories.has(effect.release) || !begin(host, deployment, nowMs)) return ScriptExit.refused;
      host.current = effect.release;
      return 0;
    case 'extend':
      return decide(host, deployment, { word: 'extended', nowMs }) ? 0 : ScriptExit.refused;
    case 'confirm':
      if (!decide(host, deployment, { word: 'confirmed', nowMs })) return ScriptExit.refused;
      for (const record of effect.records) host.records.set(record.name, record);
      host.stays.add(deployment);
      return 0;
    case 'restore':
      host.stays.delete(deployment);
      return restore(host, deployment, effect);
    case 'discard':
      return discard(host, effect.record);
    case 'record':
      for (const record of effect.records) host.records.set(record.name, record);
      return 0;
    case 'forget':
      for (const name of effect.releases) host.records.delete(name);
      return 0;
    case 'prune':
      for (const name of effect.releases) prune(host, name);
      return 0;
    case 'purge':
      for (const name of effect.releases) host.owed.delete(name);
      return 0;
    case 'write-shared':
      host.shared.set(`${effect.path}.before`, host.shared.get(effect.path) ?? '');
      host.shared.set(effect.path, deployment);
      return 0;
    case 'restore-shared':
      return restoreShared(host, effect.path);
    case 'start':
      if (!host.directories.has(effect.release)) return ScriptExit.refused;
      host.processes.add(`${effect.release} ${effect.process}`);
      return 0;
    case 'stop':
      if (effect.serves && host.current === effect.release) return ScriptExit.refused;
      host.processes.delete(`${effect.release} ${effect.process}`);
      return 0;
    case 'retire':
      return retire(host, effect.release);
    case 'take-out':
      host.out.add(effect.server);
      return 0;
    case 'put-back':
      host.out.delete(effect.server);
      return 0;
    case 'build':
    case 'task':
    case 'hook':
    case 'note':
    case 'look':
      return 0;
  }
}

/** Hooks and looks are not bound to the lock; everything else that changes a host is. */
function needsLock({ kind }: Effect): boolean {
  return !['lock', 'unlock', 'hook', 'note', 'look', 'take-out', 'put-back'].includes(kind);
}

function takeLock(host: MemoryHost, effect: Extract<Effect, { kind: 'lock' }>, clockMs: number): number {
  const { holder, takesOver } = effect;
  if (takesOver !== null && host.lock === null) return ScriptExit.otherBasis;
  if (host.lock && !isLost(host, takesOver, clockMs)) return ScriptExit.locked;
  host.guards.clear();
  host.lock = holder;
  host.beatMs = clockMs;
  host.marks.add(holder.deployment);
  return host.current === effect.serves ? 0 : ScriptExit.otherBasis;
}

/** Whether the lock is the dead deployment's, and that has been silent for long enough, or would be watched in vain since its last beat lies ahead. */
function isLost({ lock, beatMs }: MemoryHost, takesOver: TakeOver | null, clockMs: number): boolean {
  if (takesOver === null || takesOver.deployment !== lock?.deployment || beatMs === null) return false;
  return clockMs - beatMs >= takesOver.silentMs || clockMs < beatMs;
}

function unlock(host: MemoryHost, deployment: DeploymentId): number {
  if (host.lock?.deployment !== deployment) return 0;
  host.lock = null;
  host.guards.delete(deployment);
  host.marks.delete(deployment);
  return 0;
}

function create(host: MemoryHost, record: ReleaseRecord): number {
  const before = host.records.get(record.name);
  if (before && (!wasUndone(before) || host.directories.has(record.name))) return 1;
  host.records.set(record.name, record);
  host.directories.set(record.name, 'partial');
  return 0;
}

/** The guard goes with the activation that is taken back. */
function restore(
  host: MemoryHost,
  deployment: DeploymentId,
  { release, previous }: Extract<Effect, { kind: 'restore' }>,
): number {
  if (host.current !== previous && host.current !== release) return ScriptExit.refused;
  if (host.current === release) host.left.add(release);
  host.current = previous;
  host.guards.delete(deployment);
  return 0;
}

function discard(host: MemoryHost, failed: ReleaseRecord): number {
  if (host.records.get(failed.name)?.deployment !== failed.deployment) return 0;
  if (host.current === failed.name) return 1;
  host.records.set(failed.name, failed);
  if (!host.left.has(failed.name)) host.directories.delete(failed.name);
  return 0;
}

function prune(host: MemoryHost, name: ReleaseName): void {
  if (host.current === name) return;
  host.directories.delete(name);
  host.records.delete(name);
}

function retire(host: MemoryHost, release: ReleaseName): number {
  if (host.current !== release) return ScriptExit.refused;
  for (const process of host.processes) if (!process.startsWith(`${release} `)) host.processes.delete(process);
  return 0;
}

function restoreShared(host: MemoryHost, path: string): number {
  const before = host.shared.get(`${path}.before`);
  if (before === undefined) return 0;
  if (before === '') host.shared.delete(path);
  else host.shared.set(path, before);
  host.shared.delete(`${path}.before`);
  return 0;
}
