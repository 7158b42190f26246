import type { DeploymentId } from '../../model/deployment.ts';
import type { Failure } from '../../model/failure.ts';
import type { ByHost, HostName } from '../../model/host.ts';
import type { Fleet, OpenFailure } from '../session.ts';
import type { Fault } from './fault.ts';
import type { MemoryHost } from './host.ts';
import { Connection, type Listening } from './run.ts';
import { MemorySession } from './session.ts';

/** Hosts in memory, and the end of their driver. */
export interface MemoryFleet extends Fleet {
  /**
   * After this nothing reaches any host: the driver is dead. What runs on the hosts goes on, or has ended: the hosts end by
   * themselves what no driver comes back for.
   */
  kill(then?: 'ends' | 'goes-on'): void;
  /** Resolves when nothing runs on any host. */
  quiet(): Promise<void>;
}

/** What hosts in memory are made from. */
export interface MemoryFleetParts {
  readonly deployment: DeploymentId;
  readonly hosts: ByHost<MemoryHost>;
  readonly faults: readonly Fault[];
  /** Hosts that went away after they were looked at, and for how many milliseconds. */
  readonly away?: ByHost<number>;
  /** Milliseconds by the test's clock, and how long its engine waits for a host that is away. */
  now(): number;
  readonly reconnectMs: number;
  /** Called by a `cancel` fault. */
  cancel(): void;
}

/** Hosts in memory behind the same seam as real ones: a segment's effects are applied in order, faults strike where they were put. */
export function memoryFleet(parts: MemoryFleetParts): MemoryFleet {
  const state: MemoryState = {
    ...parts,
    awayUntil: new Map(Object.entries(parts.away ?? {}).map(([host, ms]) => [host, parts.now() + ms])),
    times: new Map(),
    connections: new Map(),
    listening: new Map(),
    isDead: false,
  };
  return {
    session: (host) => Promise.resolve(isAway(state, host) ? unreachable : sessionOn(state, host)),
    here: () => sessionOn(state, 'here'),
    close: () => Promise.resolve(),
    kill(then = 'ends') {
      state.isDead = true;
      if (then === 'ends') for (const run of runsOf(parts.hosts)) run.stop();
      for (const connection of state.connections.values()) connection.drop(driverIsDead);
    },
    async quiet() {
      for (const run of runsOf(parts.hosts)) await run.over();
    },
  };
}

/** What a fleet in memory knows between its sessions. */
export interface MemoryState extends MemoryFleetParts {
  /** Hosts that cannot be reached, until when by the clock. */
  readonly awayUntil: Map<HostName, number>;
  /** How often each host ran a step of each id. */
  readonly times: Map<string, number>;
  readonly connections: Map<HostName, Connection>;
  /** How far each host's segment was heard whose end was not. */
  readonly listening: Map<HostName, Listening & { readonly key: string }>;
  isDead: boolean;
}

function isAway(state: MemoryState, host: HostName): boolean {
  return state.isDead || state.now() < (state.awayUntil.get(host) ?? 0);
}

function sessionOn(state: MemoryState, host: HostName): MemorySession {
  const open = state.connections.get(host);
  const connection = open === undefined || open.failure !== null ? new Connection() : open;
  state.connections.set(host, connection);
  return new MemorySession(state, host, connection);
}

function runsOf(hosts: ByHost<MemoryHost>) {
  return Object.values(hosts).flatMap((host) => [...host.runs.values()]);
}

const unreachable: OpenFailure = { kind: 'unreachable', reason: 'no-answer', message: 'The host does not answer.' };
const driverIsDead: Failure = { kind: 'lost', message: 'The driver is dead.', isFinal: true };
