import type { DeploymentId, DeploymentKind, Outcome, Serving } from '../model/deployment.ts';
import type { Failure } from '../model/failure.ts';
import type { ByHost, HostName } from '../model/host.ts';
import type { ByRelease, ReleaseName } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';

/** A numbered fact in the past tense. `seq` begins with 1 and has no gaps; `at` is ISO 8601 in UTC by the driver's clock. */
export type Event = { readonly seq: number; readonly at: string } & EventBody;

/** The closed set of what can happen. Facts only: no prose, no colour. */
export type EventBody =
  | {
      readonly type: 'deployment.started';
      readonly format: 1;
      readonly deployment: DeploymentId;
      readonly kind: DeploymentKind;
      readonly project: string;
      readonly stage: string;
      /** The config file, where the user had named one. */
      readonly config?: string;
      /** `person@machine`. */
      readonly by: string;
      readonly release: ReleaseName | null;
      readonly revision: Revision | null;
      readonly basis: ByHost<ReleaseName | null>;
      /** What the releases of `basis` hold, as far as that is known; absent in records from before it was told. */
      readonly served?: ByRelease<Revision>;
      readonly outline: Outline;
    }
  | { readonly type: 'phase.started'; readonly phase: string }
  | { readonly type: 'phase.ended'; readonly phase: string }
  | ({ readonly type: 'step.started' } & AtStep)
  | ({ readonly type: 'step.output'; readonly text: string } & AtStep)
  | ({ readonly type: 'step.succeeded' } & AtStep)
  /** `tolerated` when its phase only warns. */
  | ({ readonly type: 'step.failed'; readonly failure: Failure; readonly tolerated: boolean } & AtStep)
  /** The connection is gone and a new one is tried; what runs on the host goes on meanwhile. */
  | { readonly type: 'host.disconnected'; readonly host: HostName; readonly failure: Failure }
  /** The host is followed again, from where it was left. */
  | { readonly type: 'host.reattached'; readonly host: HostName }
  /** The host is given up: what it did since is not known. */
  | { readonly type: 'host.lost'; readonly host: HostName; readonly failure: Failure }
  /** The lock of a deployment that is dead was taken over. */
  | { readonly type: 'lock.taken-over'; readonly host: HostName; readonly from: DeploymentId }
  | { readonly type: 'cancel.requested'; readonly by: string }
  | ({ readonly type: 'undo.started'; readonly title: string } & AtStep)
  | ({ readonly type: 'undo.output'; readonly text: string } & AtStep)
  | ({ readonly type: 'undo.succeeded' } & AtStep)
  | ({ readonly type: 'undo.failed'; readonly failure: Failure } & AtStep)
  | ({ readonly type: 'closing.failed'; readonly failure: Failure } & AtStep)
  | {
      readonly type: 'deployment.ended';
      readonly outcome: Outcome;
      readonly serving: ByHost<Serving>;
      /** What made it fail, if it failed. */
      readonly cause: Cause | null;
      /** Hosts that could not be put back. */
      readonly stuck: readonly HostName[];
    };

/** Where in the plan an event happened. */
export interface AtStep {
  readonly host: HostName;
  readonly step: string;
}

/** What made a deployment fail first. */
export interface Cause {
  readonly host: HostName;
  /** Null when the host was not reachable at all. */
  readonly step: string | null;
  readonly failure: Failure;
}

/** What will be done, as far as the faces need it. */
export interface Outline {
  readonly phases: readonly {
    readonly name: string;
    readonly onFailure: 'undo' | 'warn';
    readonly steps: ByHost<readonly StepName[]>;
  }[];
  /** Steps that stand in no phase: what is done in the place of another one, and closing work. Absent in records from before it was told. */
  readonly beside?: ByHost<readonly StepName[]>;
}

/** A step by its id, and for people. */
export interface StepName {
  readonly id: string;
  readonly title: string;
}

/** The name of one of the things that can happen. */
export type EventType = EventBody['type'];
/** An event of one type. */
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;
