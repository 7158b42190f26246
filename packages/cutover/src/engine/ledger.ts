import type { Serving } from '../model/deployment.ts';
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
  nextSegment(host: HostName): string;
  /** Hosts that were reached and not given up since: one that is away is waited for. */
  readonly reached: Set<HostName>;
  /** What closing found, when the host closed with its last segment. */
  closed(host: HostName): HostClosed | null;
  noteClosed(host: HostName, found: HostClosed): void;
  /** Called when a task begins and when it is over, for the phases. */
  readonly phases: { began(phase: string): void; ended(phase: string, host: HostName): void };
}

/** What closing found out on one host. */
export interface HostClosed {
  readonly serving: Serving;
  readonly ok: boolean;
}

/** The ledger of a deployment that has not begun anything; `prefix` keeps its segments apart from those of an earlier driver. */
export function newLedger(
  plan: Plan,
  world: World,
  { telling, prefix = '' }: { telling: Telling; prefix?: string },
): Ledger {
  const begun = new Map<HostName, Step[]>();
  const segments = new Map<HostName, number>();
  const closed = new Map<HostName, HostClosed>();
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
      return `${prefix}${next}`;
    },
    reached: new Set(),
    closed: (host) => closed.get(host) ?? null,
    noteClosed: (host, found) => void closed.set(host, found),
    phases: phaseCounter(plan, telling),
  };
}

/** Tells when the first host enters a phase and when the last one has left it. */
function phaseCounter(plan: Plan, telling: Telling): Ledger['phases'] {
  const left = new Map(
    plan.phases.map((phase) => [phase.name, Object.values(phase.steps).reduce((sum, steps) => sum + steps.length, 0)]),
  );
  const open = new Set<string>();
  return {
    began(phase) {
      if (open.has(phase)) return;
      open.add(phase);
      telling.tell({ type: 'phase.started', phase });
    },
    ended(phase) {
      const rest = (left.get(phase) ?? 0) - 1;
      left.set(phase, rest);
      if (rest === 0) telling.tell({ type: 'phase.ended', phase });
    },
  };
}
