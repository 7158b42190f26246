import type { Event, EventOf, EventType } from '../events/event.ts';
import { decodeEvents } from '../events/ndjson.ts';
import { isRevision } from '../events/shape.ts';
import type { DeploymentId, DeploymentKind, Outcome } from '../model/deployment.ts';
import { isObject, jsonOf } from '../model/json.ts';
import { shortId } from '../model/revision.ts';
import { refOf } from './headline.ts';
import type { HistoryRow } from './tables.ts';
import { msBetween } from './words.ts';

/** A deployment from its records on this machine, those of its resumptions last; null for records that do not say what they are of. */
export function rowOfRecords(texts: readonly string[]): HistoryRow | null {
  const ends = texts.map(endsOf);
  const started = ends.find((each) => each.started !== null)?.started ?? null;
  const ended = ends.findLast((each) => each.ended !== null)?.ended ?? null;
  if (started === null) return null;
  return {
    deployment: started.deployment,
    kind: started.kind,
    outcome: ended?.outcome ?? null,
    name: started.release,
    revision: started.revision && shortId(started.revision),
    ref: started.revision && refOf(started.revision),
    message: started.revision && started.revision.message,
    by: started.by,
    at: started.at,
    tookMs: ended && msBetween(started.at, ended.at),
  };
}

function endsOf(text: string) {
  const lines = text.trimEnd().split('\n');
  const { events } = decodeEvents(`${lines[0]}\n${lines.length > 1 ? lines.at(-1) : ''}\n`);
  return { started: eventOf(events, 'deployment.started'), ended: eventOf(events, 'deployment.ended') };
}

/** Deployments from the end of a host's history file; a line that is not one is left out. */
export function rowsOfHost(text: string): readonly HistoryRow[] {
  return text.split('\n').flatMap((line) => rowOfLine(line) ?? []);
}

/** Both together, the newest first: of one deployment the record tells more, and a host may know an end that the record lacks. */
export function merged(records: readonly HistoryRow[], hosts: readonly HistoryRow[]): readonly HistoryRow[] {
  const rows = new Map<DeploymentId, HistoryRow>();
  // A host that went back by itself knows the end; that its lock was taken over later on adds none.
  for (const row of hosts) if (row.outcome !== null || !rows.has(row.deployment)) rows.set(row.deployment, row);
  for (const row of records) {
    const there = rows.get(row.deployment);
    const end =
      row.outcome === null && there
        ? { outcome: there.outcome, tookMs: there.tookMs, message: there.message ?? row.message }
        : {};
    rows.set(row.deployment, { ...row, ...end });
  }
  return [...rows.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function eventOf<T extends EventType>(events: readonly Event[], type: T): EventOf<T> | null {
  return events.find((event): event is EventOf<T> => event.type === type) ?? null;
}

/** What the step "write the history" wrote, or null where it is something else. */
function rowOfLine(line: string): HistoryRow | null {
  const said = parsed(line);
  const { deployment, kind, by, since, release, revision, began = since, outcome, ended, note } = said;
  const held = isRevision(revision) ? revision : null;
  if (!isText(deployment) || !isKind(kind) || !isText(by) || !isMoment(since)) return null;
  return {
    deployment,
    kind,
    outcome: isOutcome(outcome) ? outcome : null,
    name: isText(release) ? release : null,
    revision: held && shortId(held),
    ref: held && refOf(held),
    message: isText(note) ? note : held && held.message,
    by,
    at: since,
    tookMs: isMoment(began) && isMoment(ended) ? Math.max(0, msBetween(began, ended)) : null,
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  const value = jsonOf(line);
  return isObject(value) ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isMoment(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isOutcome(value: unknown): value is Outcome {
  return value === 'succeeded' || value === 'undone' || value === 'stuck';
}

/** Complete by its type: a new kind does not compile without it. */
const kinds: Readonly<Record<DeploymentKind, true>> = {
  deploy: true,
  rollback: true,
  prune: true,
  purge: true,
  adopt: true,
  env: true,
  unlock: true,
  recover: true,
  exec: true,
};

function isKind(value: unknown): value is DeploymentKind {
  return isText(value) && Object.hasOwn(kinds, value);
}
