import type { HostName } from '../model/host.ts';
import type { Shell } from '../shell/text.ts';
import { leaseOf } from './beats.ts';
import { Channel } from './channel.ts';
import type { Handover } from './left.ts';
import { newNonce } from './nonce.ts';
import { openingWord } from './opening.ts';
import { defaultStopGraceMs, runnerCommand } from './runner.ts';
import type { Segment } from './session.ts';
import type { WireEnd } from './wire.ts';

/** What leads to a host: a program, given the command that starts the runner there. */
export interface Way {
  readonly host: HostName;
  readonly command: string;
  readonly args: (runner: Shell) => readonly string[];
  /** The sentence that says how the connection was lost. */
  readonly explainLoss: (end: WireEnd) => string;
}

/** How a session is opened, whatever leads to its host. */
export interface OpenOptions {
  /** How long the greeting is awaited, and the signal that ends the waiting. */
  readonly connectMs: number;
  readonly signal: AbortSignal;
  /** How long a segment that is stopped may take before it is killed. */
  readonly stopGraceMs?: number;
  /** How many looks, of two seconds each, a detached segment goes on without a word of a driver; see `beats.ts`. */
  readonly lease?: number;
  /** What an earlier channel to the host left; nothing unless told otherwise. */
  readonly handover?: Handover;
  /**
   * What the host begins with unasked, a round trip before it could be asked: for a segment that only looks. The first
   * run of the same segment hears it from its beginning; another one waits until it is over. One that is too long, or
   * has secrets or data, is sent when it is run.
   */
  readonly opening?: Segment | null;
}

/** For the two minutes that the config has unless it says otherwise. */
const defaultLease = leaseOf(120_000);

/** The channel once its runner has greeted; or how the attempt ended. No program is left of an attempt that failed. */
export async function openChannel(
  way: Way,
  options: OpenOptions,
): Promise<Channel | WireEnd | 'no-answer' | 'cancelled'> {
  const { connectMs, signal } = options;
  if (signal.aborted) return 'cancelled';
  const channel = channelFor(way, options);
  const limit = AbortSignal.timeout(connectMs);
  const greeting = await Promise.race([channel.greeting, aborted(AbortSignal.any([signal, limit]))]);
  if (greeting === 'greeted') return channel;
  if (greeting !== 'aborted') return greeting;
  await channel.abandon();
  return signal.aborted ? 'cancelled' : 'no-answer';
}

function channelFor(way: Way, options: OpenOptions): Channel {
  const { stopGraceMs = defaultStopGraceMs, opening = null, handover = { left: null }, lease = defaultLease } = options;
  const { host, command, explainLoss } = way;
  const nonce = newNonce();
  const word = opening && openingWord(opening, nonce);
  const args = way.args(runnerCommand(nonce, stopGraceMs, word ?? ''));
  const launch = { command, args, nonce };
  return new Channel({
    host,
    launch,
    opening: word === null ? null : opening,
    stopGraceMs,
    lease,
    handover,
    explainLoss,
  });
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
