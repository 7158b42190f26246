import type { DeploymentId, DeploymentKind } from '../model/deployment.ts';
import type { Effect } from '../model/effect.ts';
import type { Failure } from '../model/failure.ts';
import type { ByHost, HostName } from '../model/host.ts';
import type { Payload } from '../model/payload.ts';
import type { ByRelease, ReleaseName } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';

/** Everything a deployment will do, decided before any of it is done: plain data, the same after a trip through JSON. */
export interface Plan {
  readonly format: 1;
  readonly deployment: DeploymentId;
  readonly kind: DeploymentKind;
  readonly project: string;
  readonly stage: string;
  /** The config file, where the user had named one: commands that are told to be copied name it too. */
  readonly config?: string;
  /** What will be in service afterwards; null where the plan does not change that. */
  readonly release: ReleaseName | null;
  readonly revision: Revision | null;
  /** Each host's deploy path. */
  readonly paths: ByHost<string>;
  /** What each host served when the plan was made; null is nothing. */
  readonly basis: ByHost<ReleaseName | null>;
  /** What those releases hold, where Cutover built them. */
  readonly served: ByRelease<Revision>;
  readonly phases: readonly Phase[];
  /** Done on every host whatever happened, and never cancelled. */
  readonly closing: ByHost<readonly Step[]>;
  /** Hosts that did not answer and take no part, and why; the next deployment brings them up to date. */
  readonly leftOut: ByHost<Failure>;
  /** What the planner wants to be known before it is carried out: whole sentences. */
  readonly notes: readonly string[];
}

/** A named part of the plan. */
export interface Phase {
  readonly name: PhaseName;
  /**
   * True for a barrier: no host begins before every host has succeeded in all that stands before. False lets a host go
   * straight on, in the same segment as the phase before.
   */
  readonly waits: boolean;
  /** Hosts that go together; a batch begins when the one before it has succeeded. */
  readonly batches: readonly (readonly HostName[])[];
  readonly steps: ByHost<readonly Step[]>;
  /** `warn` after the point of no return, and for what is only tidying. */
  readonly onFailure: 'undo' | 'warn';
  /** Milliseconds that it may take on all hosts together; then what runs is ended and counts as failed. */
  readonly limitMs?: number;
}

/** Phases may stand more than once in a plan under one name followed by a number. */
export type PhaseName = string;

/** The smallest thing on one host that succeeds or fails as a whole. */
export interface Step {
  /** Unique among the steps of its host in this plan. */
  readonly id: string;
  /** What a person reads while it runs: an infinitive phrase such as "link shared paths". */
  readonly title: string;
  readonly effect: Effect;
  /** Strict POSIX sh; run with `set -eu` and stdin from /dev/null. */
  readonly script: string;
  /** Milliseconds after which it is ended and counts as failed. */
  readonly limitMs: number;
  /** Milliseconds that it may print nothing; then it is ended and counts as failed. */
  readonly idleMs?: number;
  /** `here` runs it on the driver's machine on behalf of the host. */
  readonly at: 'host' | 'here';
  /** Names of the secrets it gets as environment variables. */
  readonly secrets: readonly string[];
  /** What is sent along with it; the script finds it as the file `$CUTOVER_PAYLOAD`. */
  readonly payload: Payload | null;
  readonly undo: Undo;
  /** Done instead when the step ends with `ScriptExit.damaged`: it mends what was damaged and does the step's work. */
  readonly otherwise?: Step;
  /** What it prints is not shown but judged, where the deployment is driven from; nothing goes on before that. Absent for all others. */
  readonly judge?: Judged;
}

/** What is judged: the caches of a release that is new, or of one that served before, which only has to boot. */
export type Judged = 'caches' | 'served-before';

/** How a step is taken back, or why it need not be. */
export type Undo =
  | {
      readonly kind: 'step';
      readonly title: string;
      readonly effect: Effect;
      readonly script: string;
      readonly limitMs: number;
    }
  | { readonly kind: 'none'; readonly why: string };
