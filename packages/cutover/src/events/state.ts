import type { DeploymentId, DeploymentKind, Outcome, Serving } from '../model/deployment.ts';
import type { Failure } from '../model/failure.ts';
import type { ByHost, HostName } from '../model/host.ts';
import type { ByRelease, ReleaseName } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';
import type { Cause, StepName } from './event.ts';
import type { Doubt } from './sequence.ts';

/** Everything that the events so far say of one deployment. Made by `fold` alone. */
export interface DeploymentState {
  /** Null until `deployment.started` was seen. */
  readonly about: About | null;
  /** In the order in which they are carried out. */
  readonly phases: readonly PhaseState[];
  readonly hosts: ByHost<HostState>;
  /** What went wrong and counts, oldest first. */
  readonly failures: readonly Trouble[];
  /** What went wrong and did not stop the deployment, oldest first. */
  readonly warnings: readonly Trouble[];
  /** Who asked for it to be cancelled. */
  readonly cancelledBy: string | null;
  /** Null until `deployment.ended` was seen; so are `endedAt` and `cause`. */
  readonly outcome: Outcome | null;
  readonly endedAt: string | null;
  readonly cause: Cause | null;
  readonly serving: ByHost<Serving>;
  /** Hosts that could not be put back. */
  readonly stuck: readonly HostName[];
  /** The number of the last event that was folded; 0 before the first. */
  readonly lastSeq: number;
  /** What makes this state less than certain: events that are missing or not understood. */
  readonly doubts: readonly Doubt[];
}

/** What a deployment is, from its first event. */
export interface About {
  readonly deployment: DeploymentId;
  readonly kind: DeploymentKind;
  readonly project: string;
  readonly stage: string;
  /** The config file, where the user had named one. */
  readonly config?: string | undefined;
  readonly by: string;
  readonly release: ReleaseName | null;
  readonly revision: Revision | null;
  /** What each host served when it began. */
  readonly basis: ByHost<ReleaseName | null>;
  /** What releases hold that were in service when it began. */
  readonly served: ByRelease<Revision>;
  readonly startedAt: string;
}

/** A phase of the plan, as far as it has come. */
export interface PhaseState {
  readonly name: string;
  readonly onFailure: 'undo' | 'warn';
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** `waiting` is before its first step and at a barrier. */
export type HostStanding = 'waiting' | 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'stuck' | 'lost';

/** One host, as far as it has come. */
export interface HostState {
  readonly host: HostName;
  readonly state: HostStanding;
  /** Of the step that it is in or was in last. */
  readonly phase: string | null;
  /** Id of the step that is being done or undone; null between two. */
  readonly step: string | null;
  /** What is or was done last, for people. */
  readonly stepTitle: string | null;
  readonly stepStartedAt: string | null;
  /** Since when its connection is gone and a new one is tried; null while it is followed. */
  readonly awaySince: string | null;
  /** The end of what the present step printed; see `tail.ts`. */
  readonly output: string;
  readonly steps: readonly StepState[];
  /** Steps that it may come to beside these. */
  readonly beside: readonly StepName[];
}

/** One step of one host, as far as it has come. */
export interface StepState {
  readonly id: string;
  readonly title: string;
  /** Null for a step that the outline did not name. */
  readonly phase: string | null;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'warned' | 'undoing' | 'undone' | 'undo-failed';
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Something that went wrong, and where. */
export interface Trouble {
  readonly during: 'step' | 'undo' | 'closing';
  readonly host: HostName;
  /** Null when the host was lost between two steps. */
  readonly step: string | null;
  readonly title: string | null;
  readonly phase: string | null;
  readonly failure: Failure;
  /** The end of what exactly this step printed. */
  readonly output: string;
  readonly at: string;
}

/** The state before any event. */
export const initialState: DeploymentState = {
  about: null,
  phases: [],
  hosts: {},
  failures: [],
  warnings: [],
  cancelledBy: null,
  outcome: null,
  endedAt: null,
  cause: null,
  serving: {},
  stuck: [],
  lastSeq: 0,
  doubts: [],
};
