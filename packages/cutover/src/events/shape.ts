import type { DeploymentKind } from '../model/deployment.ts';
import type { UnreachableReason } from '../model/failure.ts';
import type { Revision } from '../model/revision.ts';
import type { Event, EventOf, EventType } from './event.ts';
import { byHost, type Is, isMoment, isNumber, isText, list, oneOf, orNull, record } from './is.ts';

type Fields<T extends EventType> = Readonly<Record<Exclude<keyof EventOf<T>, 'seq' | 'at' | 'type'>, Is>>;

/** Complete by its type: a new reason does not compile without it; so with the kinds. */
const reasons: Readonly<Record<UnreachableReason, true>> = {
  'unknown-host-key': true,
  'changed-host-key': true,
  'key-refused': true,
  'key-unusable': true,
  'connection-refused': true,
  'connection-dropped': true,
  'name-not-found': true,
  'no-route': true,
  'no-answer': true,
  'no-shell': true,
  'no-process': true,
  'no-ssh': true,
  unknown: true,
};

const kinds: Readonly<Record<DeploymentKind, true>> = {
  deploy: true,
  rollback: true,
  prune: true,
  purge: true,
  adopt: true,
  env: true,
  exec: true,
  unlock: true,
  recover: true,
};

/** Every kind of deployment. */
export const deploymentKinds: readonly string[] = Object.keys(kinds);

/** Every reason for which a host can be out of reach. */
export const unreachableReasons: readonly string[] = Object.keys(reasons);

/** The fields of every event type and what each must be. Complete by its type: a new event does not compile without it. */
export const shapes: { readonly [T in EventType]: Fields<T> } = {
  'deployment.started': {
    format: (value) => value === 1,
    deployment: isText,
    kind: oneOf(...deploymentKinds),
    project: isText,
    stage: isText,
    config: (value) => value === undefined || isText(value),
    by: isText,
    release: orNull(isText),
    revision: orNull(isRevision),
    basis: byHost(orNull(isText)),
    served: (value) => value === undefined || byHost(isRevision)(value),
    outline: record({
      phases: list(record({ name: isText, onFailure: oneOf('undo', 'warn'), steps: byHost(list(isStep)) })),
      beside: (value) => value === undefined || byHost(list(isStep))(value),
    }),
  },
  'phase.started': { phase: isText },
  'phase.ended': { phase: isText },
  'step.started': { host: isText, step: isText },
  'step.output': { host: isText, step: isText, text: isText },
  'step.succeeded': { host: isText, step: isText },
  'step.failed': { host: isText, step: isText, failure: isFailure, tolerated: (value) => typeof value === 'boolean' },
  'host.disconnected': { host: isText, failure: isFailure },
  'host.reattached': { host: isText },
  'host.lost': { host: isText, failure: isFailure },
  'lock.taken-over': { host: isText, from: isText },
  'cancel.requested': { by: isText },
  'undo.started': { host: isText, step: isText, title: isText },
  'undo.output': { host: isText, step: isText, text: isText },
  'undo.succeeded': { host: isText, step: isText },
  'undo.failed': { host: isText, step: isText, failure: isFailure },
  'closing.failed': { host: isText, step: isText, failure: isFailure },
  'deployment.ended': {
    outcome: oneOf('succeeded', 'undone', 'stuck'),
    serving: byHost(isServing),
    cause: orNull(record({ host: isText, step: orNull(isText), failure: isFailure })),
    stuck: list(isText),
  },
};

/** Whether this version knows an event type. */
export function isKnownType(type: string): type is EventType {
  return Object.hasOwn(shapes, type);
}

/** Whether a value is an event with everything that its type promises; fields that a newer version added are left alone. */
export function isEvent(value: unknown): value is Event {
  return isEnvelope(value) && isKnownType(value.type) && record(shapes[value.type])(value);
}

/** What every event has, of whatever version. */
export interface Envelope {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
}

/** Whether a value is numbered, dated and named as an event is. */
export function isEnvelope(value: unknown): value is Envelope {
  return record({ seq: (seq) => Number.isSafeInteger(seq) && Number(seq) > 0, at: isMoment, type: isText })(value);
}

function isStep(value: unknown): boolean {
  return record({ id: isText, title: isText })(value);
}

/** Whether a value is a revision. */
export function isRevision(value: unknown): value is Revision {
  const texts = { id: isText, ref: isText, author: isText, message: isText };
  return record({ ...texts, branch: orNull(isText), committedAt: orNull(isText) })(value);
}

function isFailure(value: unknown): boolean {
  return (
    record({ kind: oneOf('cancelled') })(value) ||
    record({ kind: oneOf('exit'), code: isNumber })(value) ||
    record({ kind: oneOf('timeout'), afterMs: isNumber })(value) ||
    record({ kind: oneOf('unreachable'), reason: oneOf(...unreachableReasons), message: isText })(value) ||
    record({ kind: oneOf('lost'), message: isText })(value)
  );
}

function isServing(value: unknown): boolean {
  return (
    record({ kind: oneOf('nothing', 'unknown') })(value) || record({ kind: oneOf('release'), release: isText })(value)
  );
}
