import type { DeploymentId, Holder } from '../../model/deployment.ts';
import type { ActivationFacts, HostFacts, OwnerFacts, Tool } from '../../model/facts.ts';
import type { MemoryGuard } from './guard.ts';
import type { MemoryHost } from './host.ts';

const tools: readonly Tool[] = ['git', 'tar', 'gzip', 'zstd', 'curl', 'bash', 'setsid', 'sha256sum', 'sync'];

/** What a probe of the host would find. `clock` is ISO 8601 in UTC. */
export function memoryFacts(host: MemoryHost, clock: string): HostFacts {
  return {
    system: 'Linux',
    user: 'deploy',
    clock,
    deployPath: { kind: 'directory' },
    identity: null,
    closed: [],
    current:
      host.current === null
        ? { kind: 'nothing' }
        : { kind: 'release', release: host.current, exists: host.directories.has(host.current) },
    directories: [...host.directories.keys()].sort(),
    oddDirectories: [],
    records: [...host.records.values()],
    damagedRecords: [],
    leftovers: [],
    owed: [...host.owed].sort(),
    lock: host.lock ? { kind: 'held', holder: host.lock, owner: ownerOf(host, Date.parse(clock)) } : { kind: 'free' },
    activations: [...host.guards].flatMap(([deployment, guard]) => activationOf(deployment, guard, host.lock) ?? []),
    processes: [...host.processes].map((process) => {
      const [release = '', name = ''] = process.split(' ');
      return { release, name, state: 'runs' as const, unit: null };
    }),
    shared: Object.fromEntries([...host.shared.keys()].map((path) => [path, 'file' as const])),
    misplaced: [],
    trees: Object.fromEntries(host.trees),
    tools,
    foreign: { kind: 'none' },
    foreignLock: null,
    linked: [],
    freeKilobytes: 10_000_000,
    freeInodes: 1_000_000,
    isRemoving: false,
    releaseKilobytes: null,
  };
}

function activationOf(deployment: DeploymentId, guard: MemoryGuard, lock: Holder | null): ActivationFacts | null {
  const { release, previous, order, verdict, dueMs } = guard;
  if (verdict === 'waits') return null;
  const canGoBack = order.onLost === 'revert' && Number.isFinite(dueMs) && lock?.deployment === deployment;
  const isGuarded = verdict === 'open' && canGoBack;
  const sinceMs = Number.isFinite(dueMs) ? dueMs - order.withinMs : 0;
  return {
    deployment,
    release,
    previous,
    since: new Date(sinceMs).toISOString(),
    withinSeconds: order.withinMs / 1000,
    onLost: order.onLost,
    verdict,
    isGuarded,
  };
}

function ownerOf({ beatMs }: MemoryHost, nowMs: number): OwnerFacts {
  return { step: null, silentMs: beatMs === null ? null : nowMs - beatMs };
}
