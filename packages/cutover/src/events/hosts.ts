import type { Outcome } from '../model/deployment.ts';
import type { HostName } from '../model/host.ts';
import type { AtStep, Outline, StepName } from './event.ts';
import type { DeploymentState, HostStanding, HostState, StepState, Trouble } from './state.ts';
import { appendTail } from './tail.ts';

/** Every host as it stands before the first step. */
export function beginHosts(names: readonly HostName[], outline: Outline): Record<HostName, HostState> {
  const all = new Set([...names, ...outline.phases.flatMap((phase) => Object.keys(phase.steps))]);
  const begun = (host: HostName): HostState => ({
    ...unseen(host),
    steps: stepsOf(host, outline),
    beside: outline.beside?.[host] ?? [],
  });
  return Object.fromEntries([...all].map((host) => [host, begun(host)]));
}

/** A host by name; one that was never announced is as one that has not begun. */
export function hostOf(state: DeploymentState, name: HostName): HostState {
  return (Object.hasOwn(state.hosts, name) ? state.hosts[name] : undefined) ?? unseen(name);
}

/** The hosts after a change of one of them. */
export function onHost(
  state: DeploymentState,
  name: HostName,
  change: (host: HostState) => Partial<HostState>,
): Pick<DeploymentState, 'hosts'> {
  const host = hostOf(state, name);
  return { hosts: { ...state.hosts, [name]: { ...host, ...change(host) } } };
}

/** A step begins to be done or undone. */
export function startStep(
  host: HostState,
  event: AtStep & { readonly at: string; readonly title?: string },
  state: 'running' | 'undoing',
): Partial<HostState> {
  const steps = withStep(host, event.step, { state, startedAt: event.at, endedAt: null });
  const { title, phase } = stepOf({ ...host, steps }, event.step);
  return {
    steps,
    state: host.state === 'stuck' ? 'stuck' : state,
    phase,
    step: event.step,
    stepTitle: event.title ?? title,
    stepStartedAt: event.at,
    output: '',
  };
}

/** Some more output of the step that the host is in. */
export function outputOf(host: HostState, text: string): Partial<HostState> {
  return { output: appendTail(host.output, text) };
}

/** A step or its undo is over; what it printed is let go of (a failure has kept it). */
export function settleStep(
  host: HostState,
  event: AtStep & { readonly at: string },
  state: 'done' | 'warned' | 'failed' | 'undone' | 'undo-failed',
): Partial<HostState> {
  const steps = withStep(host, event.step, { state, endedAt: event.at });
  return { steps, step: null, output: '', state: standingAfter({ ...host, steps }, state) };
}

/** The host is gone. */
export function loseHost(): Partial<HostState> {
  return { state: 'lost', step: null, output: '', awaySince: null };
}

/** How a host stands when all is over. */
export function finishHost(host: HostState, outcome: Outcome, isStuck: boolean): HostState {
  return { ...host, step: null, output: '', awaySince: null, state: isStuck ? 'stuck' : finalStanding(host, outcome) };
}

/** A step's title and phase, as people know them; an undo has a title of its own. */
export function stepTitled(
  host: HostState,
  id: string | null,
  during: Trouble['during'],
): Pick<Trouble, 'title' | 'phase'> {
  const step = id === null ? null : stepOf(host, id);
  const title = during === 'undo' && host.step === id ? host.stepTitle : (step?.title ?? null);
  return { title, phase: step?.phase ?? null };
}

function unseen(host: HostName): HostState {
  return {
    host,
    state: 'waiting',
    phase: null,
    step: null,
    stepTitle: null,
    stepStartedAt: null,
    awaySince: null,
    output: '',
    steps: [],
    beside: [],
  };
}

function stepsOf(host: HostName, outline: Outline): StepState[] {
  return outline.phases.flatMap((phase) =>
    (phase.steps[host] ?? []).map((name) => ({ ...waiting(name), phase: phase.name })),
  );
}

/** A step of a host; one that was never announced goes by its id. */
function stepOf({ steps, beside }: HostState, id: string): StepState {
  const announced = steps.find((step) => step.id === id);
  return announced ?? waiting(beside.find((step) => step.id === id) ?? { id, title: id });
}

function waiting({ id, title }: StepName): StepState {
  return { id, title, phase: null, state: 'waiting', startedAt: null, endedAt: null };
}

function withStep(host: HostState, id: string, change: Partial<StepState>): readonly StepState[] {
  const { steps } = host;
  const index = steps.findIndex((step) => step.id === id);
  const changed = { ...stepOf(host, id), ...change };
  return index < 0 ? [...steps, changed] : steps.with(index, changed);
}

function standingAfter(host: HostState, step: StepState['state']): HostStanding {
  if (host.state === 'stuck' || step === 'undo-failed') return 'stuck';
  if (step === 'undone') return 'undoing';
  if (step === 'failed') return 'failed';
  const next = host.steps.find((each) => each.state === 'waiting');
  if (next === undefined) return 'done';
  return next.phase === host.phase ? 'running' : 'waiting';
}

function finalStanding(host: HostState, outcome: Outcome): HostStanding {
  if (host.state === 'lost') return 'lost';
  if (outcome === 'succeeded') return 'done';
  return host.steps.some((step) => step.state !== 'waiting') ? 'undone' : 'waiting';
}
