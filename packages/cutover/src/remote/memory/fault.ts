import type { HostName } from '../../model/host.ts';

/** Something that goes wrong at one step of one host. */
export interface Fault {
  readonly host: HostName;
  readonly step: string;
  /** The how many'th time that the host runs a step of this id: 1 is the step itself, 2 its undo. */
  readonly time: number;
  readonly kind: FaultKind;
  /** Whether the step's effect has happened when it strikes. */
  readonly moment: 'before' | 'after';
}

/**
 * `fail`: exits with 1. `lost`: the connection drops and a new one can be made. `gone`: the host is away for good.
 * `unheard`: the connection drops, no new one can be made until the host is given up, and what runs there goes on meanwhile.
 * `killed`: the connection drops, and what runs on the host ends with it: a reboot, or a kill of everything.
 * `cancel`: somebody stops the deployment. `hang`: it never ends by itself.
 */
export type FaultKind = 'fail' | 'lost' | 'unheard' | 'killed' | 'gone' | 'cancel' | 'hang';

/** Every kind of fault. */
export const faultKinds: readonly FaultKind[] = ['fail', 'lost', 'unheard', 'killed', 'gone', 'cancel', 'hang'];
