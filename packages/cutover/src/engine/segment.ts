import type { Failure } from '../model/failure.ts';
import { ScriptExit } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { incomingDir, runsDir } from '../model/layout.ts';
import type { Plan, Step } from '../plan/plan.ts';
import {
  isOpenFailure,
  type LaterSegment,
  type Progress,
  type Segment,
  type SegmentPayload,
  type SegmentStep,
  type Session,
} from '../remote/session.ts';
import { Away } from './away.ts';
import type { Ledger } from './ledger.ts';
import { type LimitedStep, Limits } from './limits.ts';
import { sessionOn, waitFor } from './reattach.ts';
import { noteTurn } from './simultaneous.ts';
import type { World } from './world.ts';

/** One command on the wire: steps of one host that run at one place, with at most one payload. */
export interface Order {
  readonly host: HostName;
  readonly id: string;
  readonly journal: string | null;
  readonly at: 'host' | 'here';
  readonly steps: readonly LimitedStep[];
  readonly payload: { readonly step: string; readonly of: NonNullable<Step['payload']>; readonly path: string } | null;
  readonly secrets: Readonly<Record<string, string>>;
  /** What its host is asked for afterwards, unless something fails. */
  readonly following?: () => readonly LaterSegment[];
}

/** What is heard of an order while it runs. */
export interface Listener {
  began(step: string): void;
  output(step: string, text: string): void;
  ended(step: string, code: number): void;
}

/** How an order ended, and which step it was in. */
export interface Ended {
  readonly failure: Failure | null;
  /** The step that began and did not end; the one that failed; null when none had begun. */
  readonly step: string | null;
}

/** Runs an order on its session; a step that takes longer than its limit is ended. Never rejects. */
export async function runOrder(
  order: Order,
  ledger: Ledger,
  parts: { listener: Listener; signal: AbortSignal },
): Promise<Ended> {
  const { world } = ledger;
  const session = order.at === 'here' ? world.fleet.here() : await sessionOn(ledger, order.host, parts.signal);
  if (isOpenFailure(session)) return { failure: session, step: null };
  const payload = await openPayload(order, world, parts.listener);
  if (payload === 'problem')
    return { failure: { kind: 'exit', code: ScriptExit.unsent }, step: order.payload?.step ?? null };
  return watched(order, ledger, { ...parts, session, payload });
}

/**
 * The id of a host's next segment, and where its journal goes. A host that receives no code has none: nothing of Cutover's is
 * there, and nothing would ever remove it.
 */
export function segmentNames(ledger: Ledger, host: HostName, at: Order['at'] = 'host'): Pick<Order, 'id' | 'journal'> {
  const { paths, deployment } = ledger.plan;
  const id = ledger.nextSegment(host);
  const path = at === 'host' ? paths[host] : undefined;
  return { id, journal: path === undefined ? null : `${runsDir(path, deployment)}/${id}` };
}

interface Watch {
  readonly listener: Listener;
  readonly signal: AbortSignal;
  readonly session: Session;
  readonly payload: SegmentPayload | null;
}

async function watched(order: Order, ledger: Ledger, watch: Watch): Promise<Ended> {
  const limits = new Limits(order.steps, {
    clock: ledger.world.clock,
    cancel: watch.signal,
    hasPayload: watch.payload !== null,
    isHere: order.at === 'here',
  });
  let running: string | null = null;
  let failed: string | null = null;
  const progress: Progress = {
    stepBegan(id) {
      running = id;
      limits.began(id);
      watch.listener.began(id);
    },
    stepOutput(id, text) {
      limits.heard();
      watch.listener.output(id, text);
    },
    stepEnded(id, code) {
      limits.ended();
      running = null;
      if (code !== 0) failed = id;
      watch.listener.ended(id, code);
    },
  };
  const failure = await followed(order, ledger, { watch, progress, limits });
  limits.close();
  noteTurn(ledger, watch.session);
  if (failure?.kind === 'cancelled')
    return { failure: limits.reached ?? ledger.phases.overdue() ?? failure, step: running };
  return { failure, step: failure?.kind === 'exit' ? failed : running };
}

interface Following {
  readonly watch: Watch;
  readonly progress: Progress;
  readonly limits: Limits;
}

/** Runs the segment, and goes on with it on new sessions for as long as lost ones can be replaced. */
async function followed(order: Order, ledger: Ledger, parts: Following): Promise<Failure | null> {
  const { watch, progress, limits } = parts;
  const { id, steps, secrets, journal, following = () => [] } = order;
  const foreseen = () => allSteps(ledger.plan, order.host);
  const after = ledger.world.recorded?.() ?? null;
  const segment: Segment = { id, steps, secrets, journal, payload: watch.payload, after, foreseen, following };
  const { signal } = limits;
  const away = new Away(ledger.world);
  const isLost = (how: Failure | null): how is Failure =>
    how?.kind === 'lost' && journal !== null && how.isFinal !== true && !watch.signal.aborted && !away.isOver;
  let failure = await watch.session.run(segment, progress, signal);
  while (isLost(failure)) {
    limits.deaf();
    away.lost();
    const again = await waitFor(ledger, order.host, { failure, signal: watch.signal });
    if (isOpenFailure(again)) break;
    limits.heard();
    away.answers();
    failure = await again.run(segment, progress, signal);
  }
  away.close();
  return failure;
}

/** All that the plan has for a host. */
function allSteps({ phases, closing }: Plan, host: HostName): readonly SegmentStep[] {
  const steps = [...phases.flatMap((phase) => phase.steps[host] ?? []), ...(closing[host] ?? [])];
  return steps.filter(({ at }) => at === 'host').map((step) => ({ ...step, mayFail: false }));
}

async function openPayload(order: Order, world: World, listener: Listener): Promise<SegmentPayload | null | 'problem'> {
  if (!order.payload) return null;
  const { of, path, step } = order.payload;
  const opened = await world.payload(of, order.host);
  if (opened.kind === 'open') return { bytes: opened.bytes, read: () => opened.read(), path };
  listener.began(step);
  listener.output(step, `${opened.message}\n`);
  listener.ended(step, ScriptExit.unsent);
  return 'problem';
}

/** Where a host finds the payload of a step. */
export function payloadPath(deployPath: string, deployment: string, step: string): string {
  return `${incomingDir(deployPath, deployment)}/${step}`;
}
