import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { isOpenFailure, type OpenFailure, type Session } from '../remote/session.ts';
import type { Ledger } from './ledger.ts';
import { pause } from './pause.ts';

/** How long the pauses between two attempts at most are: the first, and after many. */
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** A session on the host. It was looked at for the plan: one that does not answer now, for a reason that may pass, is waited for. */
export async function sessionOn(ledger: Ledger, host: HostName, signal: AbortSignal): Promise<Session | OpenFailure> {
  const opened = await ledger.world.fleet.session(host, signal);
  if (!isOpenFailure(opened)) ledger.givenUp.delete(host);
  else if (!ledger.givenUp.has(host) && mayPass(opened)) return waitFor(ledger, host, { failure: opened, signal });
  return opened;
}

/** Why a host is waited for, and what ends the waiting. */
interface Waiting {
  readonly failure: Failure;
  readonly signal: AbortSignal;
}

/**
 * Tries a host again whose connection is gone, with pauses that grow, for as long as `reconnectMs`: its new session, or
 * how the last attempt failed. The host counts as given up then, and is not waited for again.
 */
export async function waitFor(ledger: Ledger, host: HostName, parts: Waiting): Promise<Session | OpenFailure> {
  const { clock, reconnectMs } = ledger.world;
  if (reconnectMs > 0) ledger.telling.tell({ type: 'host.disconnected', host, failure: parts.failure });
  const limit = new AbortController();
  const stopTimer = clock.after(reconnectMs, () => limit.abort());
  const session = await tryAgain(ledger, host, { ...parts, signal: AbortSignal.any([parts.signal, limit.signal]) });
  stopTimer();
  if (isOpenFailure(session)) ledger.givenUp.add(host);
  else ledger.telling.tell({ type: 'host.reattached', host });
  return isOpenFailure(session) && parts.signal.aborted ? { kind: 'cancelled' } : session;
}

async function tryAgain(ledger: Ledger, host: HostName, parts: Waiting): Promise<Session | OpenFailure> {
  const { clock, fleet, random, reconnectMs } = ledger.world;
  const { signal, failure } = parts;
  let last: OpenFailure = failure.kind === 'unreachable' ? failure : { kind: 'cancelled' };
  for (let attempt = 1; !signal.aborted && reconnectMs > 0; attempt += 1) {
    await pause(clock, pauseMs(attempt, random()), signal);
    if (signal.aborted) break;
    const opened = await fleet.session(host, signal);
    if (!isOpenFailure(opened)) return opened;
    if (opened.kind === 'unreachable') last = opened;
    if (!mayPass(opened)) break;
  }
  return last;
}

/** Whether a reason can pass by itself: a key that is refused now will be refused in a minute. */
function mayPass(failure: OpenFailure): boolean {
  return failure.kind === 'unreachable' && !lasting.includes(failure.reason);
}

const lasting: readonly string[] = ['unknown-host-key', 'changed-host-key', 'key-refused', 'key-unusable', 'no-ssh'];

/** Hosts that were lost together do not come back together. */
function pauseMs(attempt: number, chance: number): number {
  return Math.ceil((0.5 + chance / 2) * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)));
}
