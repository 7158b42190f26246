import { ScriptExit } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import type { Step, Undo } from '../plan/plan.ts';
import type { Ledger } from './ledger.ts';
import { secretsFor } from './order.ts';
import { type Listener, runOrder, segmentNames } from './segment.ts';
import type { Telling } from './telling.ts';

/**
 * Takes back what was begun, on all hosts at once, newest first on each. A host that cannot take a step back keeps the steps
 * before it: a release that `current` may still name is never removed.
 */
export async function undoAll(ledger: Ledger): Promise<TakenBack> {
  const hosts = Object.keys(ledger.plan.paths).concat(hookOnlyHosts(ledger));
  const results = await Promise.all(hosts.map(async (host) => ({ host, how: await undoHost(ledger, host) })));
  const those = (...ways: readonly Undone[]): readonly HostName[] =>
    results.flatMap(({ host, how }) => (ways.includes(how) ? [host] : []));
  return { left: those('left', 'ended'), hasEnded: those('ended').length === hosts.length };
}

/** What came of taking a deployment back. */
export interface TakenBack {
  /** Hosts that could not be put back. */
  readonly left: readonly HostName[];
  /** Whether it had come to its end on every host, and succeeded, before anything could be taken back: while none could be heard. */
  readonly hasEnded: boolean;
}

type Undone = 'back' | 'left' | 'ended';

interface Undoable {
  readonly step: Step;
  readonly undo: Extract<Undo, { kind: 'step' }>;
}

function hookOnlyHosts({ plan }: Ledger): readonly HostName[] {
  const hosts = new Set(plan.phases.flatMap((phase) => Object.keys(phase.steps)));
  return [...hosts].filter((host) => !(host in plan.paths));
}

async function undoHost(ledger: Ledger, host: HostName): Promise<Undone> {
  const undoable = undoableOf(ledger.begun(host));
  if (undoable.length === 0) return 'back';
  const order = {
    host,
    ...segmentNames(ledger, host),
    at: 'host' as const,
    steps: undoable.map(({ step, undo }) => ({ ...undo, id: step.id, secrets: step.secrets, mayFail: false })),
    payload: null,
    secrets: secretsFor(
      ledger.world,
      undoable.map(({ step }) => step),
    ),
  };
  const listener = undoListener(ledger.telling, host, undoable);
  const { failure, step } = await runOrder(order, ledger, { listener, signal: new AbortController().signal });
  if (failure === null) return 'back';
  if (failure.kind === 'exit') return failure.code === ScriptExit.ended ? 'ended' : 'left';
  ledger.telling.tell({ type: 'undo.failed', host, step: step ?? order.steps[0]?.id ?? '', failure });
  return 'left';
}

function undoableOf(begun: readonly Step[]): readonly Undoable[] {
  return begun.toReversed().flatMap((step) => (step.undo.kind === 'step' ? [{ step, undo: step.undo }] : []));
}

function undoListener(telling: Telling, host: HostName, undoable: readonly Undoable[]): Listener {
  const outputs = new Map<string, ReturnType<Telling['output']>>();
  return {
    began(id) {
      const title = undoable.find(({ step }) => step.id === id)?.undo.title ?? id;
      outputs.set(id, telling.output('undo.output', host, id));
      telling.tell({ type: 'undo.started', host, step: id, title });
    },
    output: (id, text) => outputs.get(id)?.push(text),
    ended(id, code) {
      outputs.get(id)?.end();
      if (code === 0) telling.tell({ type: 'undo.succeeded', host, step: id });
      else telling.tell({ type: 'undo.failed', host, step: id, failure: { kind: 'exit', code } });
    },
  };
}
