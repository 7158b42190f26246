import { posix } from 'node:path/posix';
import type { Outcome, Serving } from '../model/deployment.ts';
import type { ByHost, HostName } from '../model/host.ts';
import { outcomeVariable, servesStep } from '../plan/steps/closing.ts';
import type { HostClosed, Ledger } from './ledger.ts';
import { type Listener, type Order, runOrder, segmentNames } from './segment.ts';

/** What closing found out: what each host serves, and which hosts it could not be done on. */
export interface Closed {
  readonly serving: ByHost<Serving>;
  readonly failed: readonly HostName[];
}

/** The work that is done however a deployment ended, and that nothing can cancel. Hosts on which nothing was begun are only looked at. */
export async function closeAll(ledger: Ledger, outcome: Outcome): Promise<Closed> {
  const hosts = Object.keys(ledger.plan.closing);
  const closed = await Promise.all(
    hosts.map(async (host) => ({ host, ...(ledger.closed(host) ?? (await closeHost(ledger, host, outcome))) })),
  );
  return {
    serving: Object.fromEntries(closed.map(({ host, serving }) => [host, serving])),
    failed: closed.filter(({ ok }) => !ok).map(({ host }) => host),
  };
}

/** The steps that close a host, and what they are told. */
export function closingOf(ledger: Ledger, host: HostName, outcome: Outcome): Pick<Order, 'steps' | 'secrets'> {
  const steps = (ledger.plan.closing[host] ?? []).map((step) => ({ ...step, mayFail: true }));
  return { steps, secrets: { [outcomeVariable]: outcome } };
}

/** Hears closing steps; `closed` is what they told by then. */
export function closingListener(ledger: Ledger, host: HostName): Listener & { closed(): HostClosed } {
  const own = new Set((ledger.plan.closing[host] ?? []).map((step) => step.id));
  let output = '';
  let isTold = false;
  let ok = true;
  return {
    began: () => {},
    output(id, text) {
      if (id === servesStep) output += text;
    },
    ended(id, code) {
      if (id === servesStep) isTold = code === 0;
      if (code === 0 || !own.has(id)) return;
      ok = false;
      ledger.telling.tell({ type: 'closing.failed', host, step: id, failure: { kind: 'exit', code } });
    },
    closed: () => ({ serving: isTold ? servingFrom(output) : { kind: 'unknown' }, ok }),
  };
}

async function closeHost(ledger: Ledger, host: HostName, outcome: Outcome): Promise<HostClosed> {
  const closing = closingOf(ledger, host, outcome);
  const order: Order = { host, ...segmentNames(ledger, host), at: 'host', payload: null, ...closing };
  const listener = closingListener(ledger, host);
  const { failure, step } = await runOrder(order, ledger, { signal: new AbortController().signal, listener });
  const closed = listener.closed();
  // A step that ended with an exit code was told of when it did.
  if (failure === null || (failure.kind === 'exit' && !closed.ok)) return closed;
  ledger.telling.tell({ type: 'closing.failed', host, step: step ?? closing.steps[0]?.id ?? '', failure });
  return { serving: { kind: 'unknown' }, ok: false };
}

function servingFrom(output: string): Serving {
  const target = output.trim();
  return target === '' ? { kind: 'nothing' } : { kind: 'release', release: posix.basename(target) };
}
