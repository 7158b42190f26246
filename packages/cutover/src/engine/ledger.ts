import type { Serving } from '../model/deployment.ts';
import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { Telling } from './telling.ts';
import type { World } from './world.ts';

/** What the hosts of one deployment have begun, and the sequence of their segments. */
export interface Ledger {
  readonly plan: Plan;
  readonly world: World;
  readonly telling: Telling;
  /** Steps that may have had an effect, in order. */
  begun(host: HostName): readonly Step[];
  note(host: HostName, step: Step): void;
  /** The host is part of the name: where two have one deploy path, neither takes what the other has done for its own. */
  nextSegment(host: HostName): string;
  /**
   * From now on segments begin with this, and are counted from 1 again. Who resumes finds the segments of a dead driver by their names: one
   * that takes back must never be taken for one that goes on.
   */
  renameSegments(to: string): void;
  /** Hosts that were away for too long and did not answer since: they are not waited for again. */
  readonly givenUp: Set<HostName>;
  /** How far hosts are away: how long a word there and back takes, in milliseconds. */
  readonly turns: Map<HostName, number>;
  /** What closing found, when the host closed with its last segment. */
  closed(host: HostName): HostClosed | null;
  noteClosed(host: HostName, found: HostClosed): void;
  /** Called when a task begins and when it is over, for the phases. */
  readonly phases: Phases;
}

/** Tells of the phases, and watches over their limits. */
export interface Phases {
  began(phase: string): void;
  ended(phase: string, host: HostName): void;
  /** Aborted when a phase takes longer than its limit. */
  readonly signal: AbortSignal;
  /** The failure of what that has stopped; null while none has. */
  overdue(): Failure | null;
  /** No limit is watched over any more. */
  over(): void;
}

/** What closing found out on one host. */
export interface HostClosed {
  readonly serving: Serving;
  readonly ok: boolean;
}

/** The ledger of a deployment that has not begun anything. */
export function newLedger(plan: Plan, world: World, { telling }: { telling: Telling }): Ledger {
  const begun = new Map<HostName, Step[]>();
  const segments = new Map<HostName, number>();
  const closed = new Map<HostName, HostClosed>();
  let prefix = '';
  return {
    plan,
    world,
    telling,
    begun: (host) => begun.get(host) ?? [],
    note(host, step) {
      const steps = begun.get(host) ?? [];
      if (!steps.includes(step)) begun.set(host, [...steps, step]);
    },
    nextSegment(host) {
      const next = (segments.get(host) ?? 0) + 1;
      segments.set(host, next);
      return `${prefix}${next}.${host}`;
    },
    renameSegments(to) {
      prefix = to;
      segments.clear();
    },
    givenUp: new Set(),
    turns: new Map(),
    closed: (host) => closed.get(host) ?? null,
    noteClosed: (host, found) => void closed.set(host, found),
    phases: phaseCounter(plan, world, telling),
  };
}

/** Tells when the first host enters a phase and when the last one has left it. */
function phaseCounter(plan: Plan, { clock }: World, telling: Telling): Phases {
  const left = new Map(
    plan.phases.map((phase) => [phase.name, Object.values(phase.steps).reduce((sum, steps) => sum + steps.length, 0)]),
  );
  const open = new Set<string>();
  const timers = new Map<string, () => void>();
  const late = new AbortController();
  let overdue: Failure | null = null;
  return {
    began(phase) {
      if (open.has(phase)) return;
      open.add(phase);
      telling.tell({ type: 'phase.started', phase });
      const afterMs = plan.phases.find((each) => each.name === phase)?.limitMs;
      if (afterMs === undefined) return;
      const reached = (): void => {
        overdue ??= { kind: 'timeout', afterMs, of: 'phase' };
        late.abort();
      };
      timers.set(phase, clock.after(afterMs, reached));
    },
    ended(phase) {
      const rest = (left.get(phase) ?? 0) - 1;
      left.set(phase, rest);
      if (rest > 0) return;
      timers.get(phase)?.();
      telling.tell({ type: 'phase.ended', phase });
    },
    signal: late.signal,
    overdue: () => overdue,
    over() {
      for (const stop of timers.values()) stop();
    },
  };
}
