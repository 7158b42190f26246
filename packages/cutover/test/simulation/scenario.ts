import type { HostName } from '../../src/model/host.ts';

/** Everything that will happen, as data: the same scenario is always the same story. */
export interface Scenario {
  /** What lengths of steps and delays are drawn from. */
  readonly seed: number;
  readonly hosts: readonly HostSpec[];
  readonly drivers: readonly DriverSpec[];
  readonly faults: readonly Fault[];
}

/** A host as it is at the beginning. */
export interface HostSpec {
  readonly name: HostName;
  readonly past: 'empty' | 'used' | 'foreign';
  /** What a step takes on average. */
  readonly stepMs: number;
  readonly roundTripMs: number;
}

/** What a driver is to do. */
export type WishKind = 'deploy' | 'rolling' | 'hooks' | 'rollback' | 'prune' | 'adopt' | 'env' | 'recover' | ReturnKind;

/** What somebody does about a deployment whose driver died: goes on with it, or takes it back. */
export type ReturnKind = 'resume' | 'take-back';

/** Somebody who runs one command. */
export interface DriverSpec {
  readonly name: string;
  readonly startsMs: number;
  readonly wish: WishKind;
  /** Between the look at the hosts and the lock: somebody reads the plan. */
  readonly thinksMs: number;
  /** Frees a lock that is in the way. */
  readonly isImpatient: boolean;
}

/** Something that goes wrong. */
export type Fault =
  /** A step exits with 1, with or without having had its effect. `time` 1 is the step, 2 its undo. */
  | (AtStep & { readonly kind: 'step-fails'; readonly moment: 'before' | 'after' })
  /** A step never ends by itself. */
  | (AtStep & { readonly kind: 'step-hangs' })
  /** What arrives is incomplete, and the tool that received it says that all is well. */
  | { readonly kind: 'torn'; readonly driver: string; readonly host: HostName }
  /** Nothing passes between the driver and the host; what breaks is noticed at each end on its own time. */
  | (Spell & { readonly kind: 'link-down'; readonly driver: string })
  /** All of its processes end; `cut` when what was not flushed to the disk is lost. */
  | (Spell & { readonly kind: 'reboot'; readonly cut: boolean })
  | (Spell & { readonly kind: 'disk-full' })
  /** Steps take so many times as long. */
  | (Spell & { readonly kind: 'slow'; readonly times: number })
  /** The process that runs a segment on the host is killed, and the step with it. */
  | (Moment & { readonly kind: 'segment-killed' })
  /** kill -9 of the driver when it has recorded so many events. */
  | { readonly kind: 'driver-dies'; readonly driver: string; readonly afterEvents: number }
  /** The driver's machine sleeps when a step has succeeded: what is sent to it waits, and so does what it sends. */
  | { readonly kind: 'driver-sleeps'; readonly driver: string; readonly step: string; readonly forMs: number }
  /** Ctrl-C when it has recorded so many events. */
  | { readonly kind: 'cancelled'; readonly driver: string; readonly afterEvents: number }
  /** The clock of the driver's machine is set. */
  | { readonly kind: 'clock-jumps'; readonly driver: string; readonly atMs: number; readonly byMs: number }
  /** The clock of the host is set: signs of life and records go by it. */
  | (Moment & { readonly kind: 'host-clock-jumps'; readonly byMs: number })
  /** A person puts another release in service with `ln`. */
  | (Moment & { readonly kind: 'by-hand' })
  /** A person frees the lock, whoever holds it. */
  | (Moment & { readonly kind: 'lock-freed' });

interface AtStep {
  readonly driver: string;
  readonly host: HostName;
  readonly step: string;
  readonly time: number;
}

interface Spell extends Moment {
  readonly forMs: number;
}

/** Where and when: so long after the beginning, or after a driver's step began on the host. */
interface Moment {
  readonly host: HostName;
  readonly when: When;
}

export type When =
  | { readonly afterMs: number; readonly step: null }
  | { readonly afterMs: number; readonly step: string; readonly driver: string };

export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;
