import type { Event, EventOf } from './event.ts';
import { beginHosts, finishHost, hostOf, loseHost, onHost, outputOf, settleStep, startStep } from './hosts.ts';
import { doubtsAfter } from './sequence.ts';
import type { DeploymentState, PhaseState } from './state.ts';
import { isTold, troubleAt, withTrouble } from './trouble.ts';

type Changes = Partial<DeploymentState>;

/**
 * The state after one more event: the only state machine there is. An event that was folded before changes nothing;
 * one that is missing, or of a type that this version does not know, is named in `doubts`. Never throws.
 */
export function fold(state: DeploymentState, event: Event): DeploymentState {
  if (event.seq <= state.lastSeq) return state;
  const doubts = doubtsAfter(state.doubts, state.lastSeq, event);
  return { ...state, lastSeq: event.seq, doubts, ...changes(state, event) };
}

function changes(state: DeploymentState, event: Event): Changes {
  switch (event.type) {
    case 'deployment.started':
      return begin(event);
    case 'phase.started':
      return onPhase(state, event.phase, () => ({ state: 'running', startedAt: event.at }));
    case 'phase.ended':
      return onPhase(state, event.phase, (was) => ({ state: was === 'failed' ? was : 'done', endedAt: event.at }));
    case 'step.started':
      return onHost(state, event.host, (host) => startStep(host, event, 'running'));
    case 'step.output':
    case 'undo.output':
      return onHost(state, event.host, (host) => outputOf(host, event.text));
    case 'step.succeeded':
      return onHost(state, event.host, (host) => settleStep(host, event, 'done'));
    case 'step.failed':
      return event.tolerated ? warn(state, event) : fail(state, event);
    case 'host.disconnected':
      return onHost(state, event.host, () => ({ awaySince: event.at }));
    case 'host.reattached':
      return onHost(state, event.host, () => ({ awaySince: null }));
    case 'host.lost':
      return lose(state, event);
    case 'cancel.requested':
      return { cancelledBy: state.cancelledBy ?? event.by };
    case 'undo.started':
      return onHost(state, event.host, (host) => startStep(host, event, 'undoing'));
    case 'undo.succeeded':
      return onHost(state, event.host, (host) => settleStep(host, event, 'undone'));
    case 'undo.failed':
      return failUndo(state, event);
    case 'closing.failed':
      return { warnings: [...state.warnings, troubleAt(state, event, 'closing')] };
    case 'deployment.ended':
      return end(state, event);
    default:
      return {};
  }
}

function begin(event: EventOf<'deployment.started'>): Changes {
  const { deployment, kind, project, stage, config, by, release, revision, basis, served = {}, at, outline } = event;
  return {
    about: {
      deployment,
      kind,
      project,
      stage,
      ...(config === undefined ? {} : { config }),
      by,
      release,
      revision,
      basis,
      served,
      startedAt: at,
    },
    phases: outline.phases.map(({ name, onFailure }) => ({
      name,
      onFailure,
      state: 'waiting',
      startedAt: null,
      endedAt: null,
    })),
    hosts: beginHosts(Object.keys(basis), outline),
  };
}

function onPhase(
  state: DeploymentState,
  name: string,
  change: (was: PhaseState['state']) => Partial<PhaseState>,
): Changes {
  return { phases: state.phases.map((phase) => (phase.name === name ? { ...phase, ...change(phase.state) } : phase)) };
}

function warn(state: DeploymentState, event: EventOf<'step.failed'>): Changes {
  const trouble = troubleAt(state, event, 'step');
  return {
    ...onHost(state, event.host, (host) => settleStep(host, event, 'warned')),
    warnings: isTold(state, trouble) ? state.warnings : [...state.warnings, trouble],
  };
}

function fail(state: DeploymentState, event: EventOf<'step.failed'>): Changes {
  const trouble = troubleAt(state, event, 'step');
  return {
    ...onHost(state, event.host, (host) => settleStep(host, event, 'failed')),
    ...onPhase(state, trouble.phase ?? '', () => ({ state: 'failed' })),
    failures: withTrouble(state, trouble),
  };
}

function failUndo(state: DeploymentState, event: EventOf<'undo.failed'>): Changes {
  return {
    ...onHost(state, event.host, (host) => settleStep(host, event, 'undo-failed')),
    failures: withTrouble(state, troubleAt(state, event, 'undo')),
  };
}

function lose(state: DeploymentState, event: EventOf<'host.lost'>): Changes {
  const step = hostOf(state, event.host).step;
  return {
    ...onHost(state, event.host, loseHost),
    failures: withTrouble(state, troubleAt(state, { ...event, step }, 'step')),
  };
}

function end(state: DeploymentState, event: EventOf<'deployment.ended'>): Changes {
  const { outcome, serving, cause, stuck, at } = event;
  const hosts = Object.values(state.hosts).map((host) => finishHost(host, outcome, stuck.includes(host.host)));
  return {
    outcome,
    serving,
    cause,
    stuck,
    endedAt: at,
    phases: state.phases.map((phase) =>
      phase.state === 'running' ? { ...phase, state: 'failed', endedAt: at } : phase,
    ),
    hosts: Object.fromEntries(hosts.map((host) => [host.host, host])),
  };
}
