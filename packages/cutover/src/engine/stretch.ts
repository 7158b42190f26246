import type { HostName } from '../model/host.ts';
import type { Phase, Plan, Step } from '../plan/plan.ts';

/** Consecutive phases between two barriers. */
export interface Stretch {
  readonly batches: readonly (readonly HostName[])[];
  /** Nothing comes after it, and no other host can still fail: whoever succeeds in it may close in the same breath. */
  readonly closes: boolean;
  /** What a host does in it, in order. */
  tasks(host: HostName): readonly Task[];
}

/** A step and the phase it belongs to. */
export interface Task {
  readonly phase: string;
  readonly step: Step;
  /** Its phase only warns: a failure does not end the deployment. */
  readonly tolerated: boolean;
}

/** The plan cut at its barriers. A phase of several batches is a stretch of its own. */
export function stretchesOf(plan: Plan): readonly Stretch[] {
  const groups: Phase[][] = [];
  for (const phase of plan.phases) {
    const last = groups.at(-1);
    if (last && !phase.waits && isOneBatch(phase) && last.every(isOneBatch)) last.push(phase);
    else groups.push([phase]);
  }
  const isAlone = hostsOf(plan.phases).length === 1;
  return groups.map((phases, i) => stretchOf(phases, isAlone && i === groups.length - 1));
}

function stretchOf(phases: readonly Phase[], closes: boolean): Stretch {
  return {
    closes,
    batches: phases.length === 1 && phases[0] ? phases[0].batches : [hostsOf(phases)],
    tasks: (host) =>
      phases.flatMap((phase) =>
        (phase.steps[host] ?? []).map((step) => ({ phase: phase.name, step, tolerated: phase.onFailure === 'warn' })),
      ),
  };
}

function hostsOf(phases: readonly Phase[]): readonly HostName[] {
  return [...new Set(phases.flatMap((phase) => phase.batches.flat()))];
}

function isOneBatch(phase: Phase): boolean {
  return phase.batches.length === 1;
}

/** As many tasks as one segment can take: one place, one payload, and nothing behind a step that judges. */
export function firstSegment(tasks: readonly Task[]): readonly Task[] {
  const first = tasks[0]?.step;
  const end = tasks.findIndex(
    ({ step }, i) =>
      step.at !== first?.at ||
      (i > 0 && tasks[i - 1]?.step.judge !== undefined) ||
      (step.payload !== null && tasks.slice(0, i).some((before) => before.step.payload !== null)),
  );
  return end === -1 ? tasks : tasks.slice(0, end);
}

/** Tasks as they go over the wire, one segment after another. */
export function segmentsIn(tasks: readonly Task[]): readonly (readonly Task[])[] {
  if (tasks.length === 0) return [];
  const first = firstSegment(tasks);
  return [first, ...segmentsIn(tasks.slice(first.length))];
}
