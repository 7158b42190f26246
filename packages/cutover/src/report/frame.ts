import type { DeploymentState, HostStanding, HostState } from '../events/state.ts';
import { cleanWord } from './clean.ts';
import type { Paint } from './paint.ts';
import { padBefore, padTo, truncate, widthOf } from './width.ts';
import { count, duration } from './words.ts';

/** How large the live region may be, and with what it is painted. */
export interface FrameSize {
  readonly rows: number;
  readonly columns: number;
  readonly paint: Paint;
}

/**
 * The live region: a line for each host while there is room, which is one row less than the terminal has, because the
 * cursor stands below. When there are too many, hosts that do the same share a line, and the finished ones another; what is in trouble
 * keeps its own as long as there is room.
 */
export function frame(state: DeploymentState, size: FrameSize, nowMs: number): string[] {
  const hosts = Object.values(state.hosts);
  const room = Math.max(1, size.rows - 1);
  const names = hosts.map(({ host }) => host);
  const told = hosts.length <= room ? names : [...names, count(hosts.length, 'host')];
  const view = { ...size, nowMs, columnsOf: columnsOf(told, state) };
  const lines = hosts.length <= room ? hosts.map((host) => hostLine(host, view)) : crowded(hosts, room, view);
  return lines.map((line) => truncate(line, size.columns - 1));
}

interface View extends FrameSize {
  readonly nowMs: number;
  readonly columnsOf: Columns;
}

interface Columns {
  readonly host: number;
  readonly phase: number;
}

/** Widths that do not change while a deployment runs, so that nothing jumps. */
function columnsOf(hosts: readonly string[], state: DeploymentState): Columns {
  const widest = (names: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...names.map((name) => widthOf(cleanWord(name)))));
  return {
    host: widest(hosts, 32),
    phase: widest([...state.phases.map(({ name }) => name), undoName], 16),
  };
}

const undoName = 'undo';

function hostLine(host: HostState, view: View): string {
  const { paint, columnsOf } = view;
  const name = padTo(truncate(cleanWord(host.host), columnsOf.host), columnsOf.host);
  const phase = padTo(truncate(phaseOf(host), columnsOf.phase), columnsOf.phase);
  const elapsed = padBefore(elapsedOf(host, view.nowMs), 8);
  const line = `${mark(host.state, paint)} ${name}  ${paint.dim(`${phase} ${elapsed}`)}  ${doing(host, paint)}`;
  return line.trimEnd();
}

function mark(state: HostStanding, paint: Paint): string {
  if (state === 'done') return paint.good('✓');
  if (state === 'failed' || state === 'stuck' || state === 'lost') return paint.bad('✗');
  if (state === 'undoing' || state === 'undone') return paint.warn('•');
  return state === 'running' ? paint.good('•') : paint.dim('•');
}

function phaseOf(host: HostState): string {
  return host.state === 'undoing' ? undoName : cleanWord(host.phase ?? '');
}

function elapsedOf(host: HostState, nowMs: number): string {
  const isAtWork = host.state === 'running' || host.state === 'undoing' || host.step !== null;
  if (!isAtWork || host.stepStartedAt === null) return '';
  const ms = nowMs - Date.parse(host.stepStartedAt);
  return ms < 1000 ? '' : duration(Math.floor(ms / 1000) * 1000).replace('.0', '');
}

function doing(host: HostState, paint: Paint): string {
  const title = cleanWord(host.stepTitle ?? '');
  if (host.awaySince !== null) return `${paint.warn('connection lost, trying again')}: ${title}`;
  const words: Readonly<Record<HostStanding, string>> = {
    waiting: paint.dim('waiting'),
    running: title,
    done: paint.dim('done'),
    failed: `${paint.bad('failed')}: ${title}`,
    undoing: title,
    undone: paint.dim('as it was before'),
    stuck: `${paint.bad('stuck')}: ${title}`,
    lost: `${paint.bad('connection lost')}: ${title}`,
  };
  return words[host.state];
}

/** Trouble first, then work, then waiting; within each the hosts keep their order. */
const urgency: readonly HostStanding[] = ['stuck', 'lost', 'failed', 'undoing', 'running', 'waiting', 'undone', 'done'];

function crowded(hosts: readonly HostState[], room: number, view: View): string[] {
  const finished = hosts.filter(isFinished);
  const rest = hosts.filter((host) => !isFinished(host)).sort((a, b) => rank(a) - rank(b));
  const summary = finished.length === 0 ? [] : [finishedLine(finished, view.paint)];
  const left = room - summary.length;
  if (rest.length <= left) return [...summary, ...rest.map((host) => hostLine(host, view))];
  const groups = grouped(rest);
  if (groups.length <= left) return [...summary, ...groups.map((group) => groupLine(group, view))];
  const shown = Math.max(0, left - 1);
  const lines = groups.slice(0, shown).map((group) => groupLine(group, view));
  return [...summary, ...lines, moreLine(groups.slice(shown).flat(), view.paint)].slice(-room);
}

/** Hosts in trouble alone; of the others those that do the same together, the few before the many: they are who is behind. */
function grouped(hosts: readonly HostState[]): readonly (readonly HostState[])[] {
  const groups = Map.groupBy(hosts, (host) =>
    isInTrouble(host) ? host.host : JSON.stringify([host.state, host.phase, host.stepTitle]),
  );
  return [...groups.values()].sort((a, b) => rankOf(a) - rankOf(b) || a.length - b.length);
}

function isInTrouble(host: HostState): boolean {
  return host.awaySince !== null || rank(host) < urgency.indexOf('undoing');
}

function rankOf([first]: readonly HostState[]): number {
  return first === undefined ? urgency.length : rank(first);
}

/** Several hosts as one: how many they are instead of a name, and the time of who is at it for the longest. */
function groupLine(hosts: readonly HostState[], view: View): string {
  const [longest] = hosts.toSorted((a, b) => (a.stepStartedAt ?? '').localeCompare(b.stepStartedAt ?? ''));
  if (longest === undefined) return '';
  return hostLine(hosts.length === 1 ? longest : { ...longest, host: count(hosts.length, 'host') }, view);
}

function isFinished(host: HostState): boolean {
  return host.state === 'done' || host.state === 'undone';
}

function rank(host: HostState): number {
  return urgency.indexOf(host.state);
}

function finishedLine(finished: readonly HostState[], paint: Paint): string {
  const undone = finished.filter((host) => host.state === 'undone').length;
  const done = finished.length - undone;
  const parts = [done > 0 ? `${count(done, 'host')} done` : '', undone > 0 ? `${count(undone, 'host')} undone` : ''];
  const sign = undone > 0 ? paint.warn('•') : paint.good('✓');
  return `${sign} ${paint.dim(parts.filter((part) => part !== '').join(', '))}`;
}

function moreLine(hosts: readonly HostState[], paint: Paint): string {
  const groups = Map.groupBy(hosts, (host) => host.state);
  const parts = urgency.map((state) => [state, groups.get(state)?.length ?? 0] as const).filter(([, many]) => many > 0);
  return paint.dim(`  and ${hosts.length} more: ${parts.map(([state, many]) => `${many} ${state}`).join(', ')}`);
}
