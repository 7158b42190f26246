import type { DeploymentKind, Outcome } from '../model/deployment.ts';
import type { ReleaseState } from '../model/release.ts';
import type { Yielding } from './fit.ts';
import { type Paint, paintFor } from './paint.ts';
import { asIs, type Painted, table } from './table.ts';
import { ago, duration, hostList } from './words.ts';

/** What tables are drawn with. */
export interface TableView {
  readonly nowMs: number;
  readonly colour: boolean;
  /** Of the terminal; null where there is none. */
  readonly columns: number | null;
}

/** One host and what it serves. */
export interface StatusRow {
  readonly host: string;
  /** The release in service; null where there is none or where it could not be asked, which `marks` say. */
  readonly name: string | null;
  readonly state: ReleaseState | null;
  readonly revision: string | null;
  readonly ref: string | null;
  readonly by: string | null;
  /** ISO 8601: since when it is in service. */
  readonly at: string | null;
  /** What is to be known besides: “locked by ann@laptop”, “could not be reached”. */
  readonly marks: readonly string[];
  /** What a deployment that did not come to its end left there: the ends of sentences about the host. */
  readonly notes: readonly string[];
}

/** One release of a host. */
export interface ReleaseRow {
  readonly name: string;
  readonly state: ReleaseState | null;
  readonly revision: string | null;
  readonly ref: string | null;
  readonly author: string | null;
  readonly message: string | null;
  readonly by: string | null;
  /** ISO 8601: since when it is in this state. */
  readonly at: string | null;
  /** Such as “in service”, “adopted from deployer”. */
  readonly marks: readonly string[];
}

/** The releases of hosts that have the same ones. */
export interface ReleaseGroup {
  readonly hosts: readonly string[];
  readonly rows: readonly ReleaseRow[];
}

/** One deployment of the past; `outcome` is null while its record has no end. */
export interface HistoryRow {
  readonly deployment: string;
  readonly kind: DeploymentKind;
  readonly outcome: Outcome | null;
  readonly name: string | null;
  readonly revision: string | null;
  readonly ref: string | null;
  readonly message: string | null;
  readonly by: string;
  /** ISO 8601: when it began. */
  readonly at: string;
  /** How long it took, in milliseconds. */
  readonly tookMs: number | null;
}

/** Said in the place of a table, of hosts none of which can have a release. */
export function noCodeSentence(hosts: readonly { readonly name: string }[]): string {
  return `${hostList(hosts.map(({ name }) => name))} ${hosts.length === 1 ? 'receives' : 'receive'} no code: only hooks run there.`;
}

/** What each host serves. */
export function statusTable(rows: readonly StatusRow[], view: TableView): string[] {
  const paint = paintFor(view.colour);
  const head = ['host', 'release', 'state', 'revision', 'ref', 'since', 'by', ''];
  const cells = rows.map((row) => [
    row.host,
    row.name ?? '–',
    stateCell(row.state, paint),
    row.revision,
    row.ref,
    row.at === null ? null : ago(row.at, view.nowMs),
    row.by,
    marksCell(row.marks, paint),
  ]);
  return table(head, cells, { paint, room: { columns: view.columns, yielding: statusYields } });
}

/** The releases of each host; hosts are named only when they differ. */
export function releaseTables(groups: readonly ReleaseGroup[], view: TableView): string[] {
  const paint = paintFor(view.colour);
  return groups.flatMap((group, index) => [
    ...(index > 0 ? [''] : []),
    ...(groups.length > 1 ? [paint.bold(hostList(group.hosts))] : []),
    ...(group.rows.length === 0 ? ['No releases yet.'] : releaseTable(group.rows, view, paint)),
  ]);
}

/** What was done to a stage, in the order in which it is given. */
export function historyTable(rows: readonly HistoryRow[], view: TableView): string[] {
  if (rows.length === 0) return ['No deployments yet.'];
  const paint = paintFor(view.colour);
  const head = ['', 'deployment', 'kind', 'outcome', 'release', 'revision', 'ref', 'when', 'took', 'by', 'message'];
  const cells = rows.map((row) => [
    outcomeMark(row.outcome, paint),
    row.deployment,
    row.kind,
    row.outcome ?? 'no end',
    row.name,
    row.revision,
    row.ref,
    ago(row.at, view.nowMs),
    tookCell(row.tookMs),
    row.by,
    row.message,
  ]);
  return table(head, cells, { paint, room: { columns: view.columns, yielding: historyYields } });
}

function releaseTable(rows: readonly ReleaseRow[], view: TableView, paint: Paint): string[] {
  const head = ['release', 'state', 'revision', 'ref', 'since', 'by', 'author', 'message', ''];
  const cells = rows.map((row) => [
    row.name,
    stateCell(row.state, paint),
    row.revision,
    row.ref,
    row.at === null ? null : ago(row.at, view.nowMs),
    row.by,
    row.author,
    row.message,
    marksCell(row.marks, paint),
  ]);
  return table(head, cells, { paint, room: { columns: view.columns, yielding: releasesYield } });
}

/** What an operator can do without first; of a message there is always the beginning. */
const statusYields: Yielding = [
  ['ref', 12],
  ['by', 0],
  ['ref', 0],
  ['revision', 0],
];

const releasesYield: Yielding = [['message', 16], ['ref', 12], ['author', 0], ...statusYields.slice(1)];

const historyYields: Yielding = [['message', 16], ...statusYields, ['took', 0], ['release', 0]];

/** Hosts count in whole seconds. */
function tookCell(ms: number | null): string | null {
  if (ms === null) return null;
  return ms === 0 ? '< 1 s' : duration(ms);
}

function stateCell(state: ReleaseState | null, paint: Paint): Painted {
  const text = state ?? '';
  if (state === 'live') return { text, paint: paint.good };
  if (state === 'failed' || state === 'bad') return { text, paint: paint.bad };
  return { text, paint: state === 'building' ? paint.warn : asIs };
}

function marksCell(marks: readonly string[], paint: Paint): Painted {
  return { text: marks.join(', '), paint: paint.warn };
}

function outcomeMark(outcome: Outcome | null, paint: Paint): Painted {
  if (outcome === 'succeeded') return { text: '✓', paint: paint.good };
  return outcome === null ? { text: '!', paint: paint.warn } : { text: '✗', paint: paint.bad };
}
